"""Weight files that other programs wrote: MoCo v2, torchvision, plain safetensors, and pickles."""

from __future__ import annotations

import argparse
import collections
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import resnet18, resnet34, resnet50

from training.checkpoint import load_encoder
from training.encoders.encoder import Encoder
from training.errors import UserError

State = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def resnet50_state() -> State:
    torch.manual_seed(11)
    return dict(resnet50(weights=None).state_dict())


@pytest.fixture(scope="module")
def resnet18_state() -> State:
    torch.manual_seed(12)
    return dict(resnet18(weights=None).state_dict())


def moco_head() -> State:
    generator = torch.Generator().manual_seed(13)
    shapes = {"fc.0.weight": (2048, 2048), "fc.0.bias": (2048,)}
    shapes |= {"fc.2.weight": (128, 2048), "fc.2.bias": (128,)}
    return {name: torch.randn(shape, generator=generator) / 50 for name, shape in shapes.items()}


def literal_embedding(state: State, head: State, images: torch.Tensor) -> np.ndarray:
    """What MoCo v2's query encoder computes, with torchvision's own model."""
    model = resnet50(weights=None)
    model.fc = torch.nn.Sequential(
        torch.nn.Linear(2048, 2048), torch.nn.ReLU(), torch.nn.Linear(2048, 128)
    )
    trunk = {name: value for name, value in state.items() if not name.startswith("fc.")}
    model.load_state_dict(trunk | head)
    with torch.inference_mode():
        embeddings = model.eval()(images)
    return torch.nn.functional.normalize(embeddings, dim=1).numpy()


def encode(encoder: Encoder) -> tuple[np.ndarray, torch.Tensor]:
    """Return embeddings of two views, and the normalised images that stand for them."""
    size = encoder.preprocessing.image_size
    views = np.random.default_rng(3).integers(0, 256, (2, size, size, 3), dtype=np.uint8)
    mean, std = encoder.preprocessing.mean, encoder.preprocessing.std
    images = ((views / 255 - mean) / std).transpose(0, 3, 1, 2)
    return encoder.encode(views), torch.tensor(images, dtype=torch.float32)


@pytest.mark.parametrize("is_zip", [True, False])
def test_moco_v2_gives_trunk_and_projector(
    is_zip: bool, resnet50_state: State, tmp_path: Path
) -> None:
    head = moco_head()
    query = {name: value for name, value in resnet50_state.items() if "fc." not in name} | head
    state = {f"module.encoder_q.{name}": value for name, value in query.items()}
    state |= {f"module.encoder_k.{name}": value * 0 for name, value in query.items()}
    state |= {"module.queue": torch.zeros(128, 64), "module.queue_ptr": torch.zeros(1).long()}
    path = tmp_path / "moco_v2_800ep_pretrain.pth.tar"
    content = {
        "epoch": 800,
        "arch": "resnet50",
        "state_dict": collections.OrderedDict(state),
        "optimizer": {"state": {}, "param_groups": [{"lr": 0.03, "params": [0]}]},
    }
    torch.save(content, path, _use_new_zipfile_serialization=is_zip)
    encoder = load_encoder(path)
    assert (encoder.projector.kind, encoder.projector.sizes) == ("mlp", (2048, 2048, 128))
    assert (encoder.preprocessing.resize_size, encoder.preprocessing.image_size) == (256, 224)
    embeddings, images = encode(encoder)
    assert np.abs(embeddings - literal_embedding(resnet50_state, head, images)).max() < 1e-5


def test_moco_v1_gives_a_linear_projector(resnet18_state: State, tmp_path: Path) -> None:
    state = resnet18_state | {"fc.weight": torch.ones(128, 512), "fc.bias": torch.zeros(128)}
    content = {f"module.encoder_q.{name}": value for name, value in state.items()}
    torch.save({"state_dict": content}, tmp_path / "moco.pth.tar")
    assert load_encoder(tmp_path / "moco.pth.tar").projector.sizes == (512, 128)


@pytest.mark.parametrize(
    ("missing", "shape"),
    [("fc.0.bias", "512"), ("fc.0.weight", "512 x 512"), ("layer4.1.bn2.bias", "512")],
)
def test_a_missing_tensor_has_the_name_it_would_have_in_the_file(
    missing: str, shape: str, resnet18_state: State, tmp_path: Path
) -> None:
    state = {name: value for name, value in resnet18_state.items() if not name.startswith("fc.")}
    state |= {"fc.0.weight": torch.zeros(512, 512), "fc.0.bias": torch.zeros(512)}
    state |= {"fc.2.weight": torch.zeros(128, 512), "fc.2.bias": torch.zeros(128)}
    del state[missing]
    content = {f"module.encoder_q.{name}": value for name, value in state.items()}
    torch.save({"state_dict": content}, tmp_path / "moco.pth.tar")
    with pytest.raises(UserError) as complaint:
        load_encoder(tmp_path / "moco.pth.tar")
    said = f"the tensor module.encoder_q.{missing} ({shape}) is missing."
    assert said in str(complaint.value)


def test_a_whole_layer_that_is_missing_has_its_name_in_the_file(
    resnet18_state: State, tmp_path: Path
) -> None:
    state = resnet18_state | {"projector.2.weight": torch.zeros(128, 512)}
    save_file({f"module.{name}": state[name] for name in state}, tmp_path / "half.safetensors")
    with pytest.raises(UserError, match=r"the tensor module.projector.0.weight .* is missing"):
        load_encoder(tmp_path / "half.safetensors")


@pytest.mark.parametrize("prefix", ["", "module.", "backbone."])
def test_torchvision_weights_lose_their_classifier(
    prefix: str, resnet18_state: State, tmp_path: Path
) -> None:
    path = tmp_path / "resnet18-f37072fd.pth"
    torch.save({prefix + name: value for name, value in resnet18_state.items()}, path)
    encoder = load_encoder(path)
    assert (encoder.dimension, encoder.projector.kind) == (512, "none")
    embeddings, images = encode(encoder)
    model = resnet18(weights=None)
    model.load_state_dict(resnet18_state)
    model.fc = torch.nn.Identity()
    with torch.inference_mode():
        expected = torch.nn.functional.normalize(model.eval()(images), dim=1).numpy()
    assert np.abs(embeddings - expected).max() < 1e-5


def test_torchvision_weights_by_name_come_from_the_cache(
    resnet18_state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    torch.save(resnet18_state, folder / "resnet18-f37072fd.pth")
    encoder = load_encoder("pretrained:resnet18")
    assert encoder.name == "ResNet-18, ImageNet"
    assert torch.equal(
        encoder.backbone.get_parameter("conv1.weight"), resnet18_state["conv1.weight"]
    )


@pytest.mark.parametrize("names", [("fc.0", "fc.2"), ("projector.0", "projector.2")])
def test_plain_safetensors_in_half_precision_with_a_projector(
    names: tuple[str, str], resnet18_state: State, tmp_path: Path
) -> None:
    first, second = names
    head = {f"{first}.weight": torch.eye(512), f"{first}.bias": torch.zeros(512)}
    head |= {f"{second}.weight": torch.ones(9, 512), f"{second}.bias": torch.ones(9)}
    trunk = {name: value for name, value in resnet18_state.items() if not name.startswith("fc.")}
    half = {name: value.half() for name, value in (trunk | head).items() if value.ndim}
    save_file(half, tmp_path / "half.safetensors")
    encoder = load_encoder(tmp_path / "half.safetensors")
    assert encoder.projector.sizes == (512, 512, 9)
    assert encode(encoder)[0].dtype == np.float32


def test_an_encoders_own_state_dict_is_a_checkpoint(tmp_path: Path) -> None:
    sample = load_encoder("sample")
    torch.save(sample.state_dict(), tmp_path / "state.pth")
    save_file({"linear.weight": torch.ones(1)}, tmp_path / "x.safetensors")
    assert np.array_equal(encode(load_encoder(tmp_path / "state.pth"))[0], encode(sample)[0])


MISFITS = {
    "shape": "layer2.0.conv1.weight has the shape 128 x 64 x 1 x 1 where 128 x 64 x 3 x 3",
    "missing": r"layer4.1.bn2.bias \(512\) is missing",
    "extra": r"layer1.0.extra.weight \(3 x 2\) has no place",
    "integers": "conv1.weight holds int32",
    "damaged": "bn1.running_var holds values that are not numbers",
    "projector": "fc.2.weight has the shape 128 x 7 where 128 x 512",
    "projector input": "fc.0.weight has the shape 512 x 2048 where 512 x 512",
    "half a projector": r"the tensor fc.2.bias \(128\) is missing",
    "strange projector": r"projector.bn.weight \(4\) has no place",
}


@pytest.mark.parametrize("case", MISFITS)
def test_a_misfit_names_tensor_and_shapes(case: str, resnet18_state: State, tmp_path: Path) -> None:
    state = {name: value for name, value in resnet18_state.items() if not name.startswith("fc.")}
    head = {"fc.0.weight": torch.zeros(512, 512), "fc.0.bias": torch.zeros(512)}
    head |= {"fc.2.weight": torch.zeros(128, 512), "fc.2.bias": torch.zeros(128)}
    if case == "shape":
        state["layer2.0.conv1.weight"] = torch.zeros(128, 64, 1, 1)
    elif case == "missing":
        del state["layer4.1.bn2.bias"]
    elif case == "extra":
        state["layer1.0.extra.weight"] = torch.zeros(3, 2)
    elif case == "integers":
        state["conv1.weight"] = state["conv1.weight"].int()
    elif case == "damaged":
        state["bn1.running_var"] = torch.full((64,), torch.nan)
    elif case == "projector":
        state |= head | {"fc.2.weight": torch.zeros(128, 7)}
    elif case == "projector input":
        state |= head | {"fc.0.weight": torch.zeros(512, 2048)}
    elif case == "half a projector":
        state |= head
        del state["fc.2.bias"]
    else:
        state |= {"projector.0.weight": torch.zeros(8, 512), "projector.0.bias": torch.zeros(8)}
        state |= {"projector.bn.weight": torch.zeros(4)}
    save_file(state, tmp_path / "misfit.safetensors")
    with pytest.raises(UserError, match=MISFITS[case]) as complaint:
        load_encoder(tmp_path / "misfit.safetensors")
    assert "misfit.safetensors" in str(complaint.value)


def test_a_larger_resnet_is_no_smaller_one(tmp_path: Path) -> None:
    save_file(resnet34(weights=None).state_dict(), tmp_path / "resnet34.safetensors")
    with pytest.raises(UserError, match=r"ResNet-18: the tensor layer1.2\."):
        load_encoder(tmp_path / "resnet34.safetensors")


def test_an_unknown_network_is_described(tmp_path: Path) -> None:
    save_file({"blocks.qkv": torch.ones(3, 2)}, tmp_path / "vit.safetensors")
    with pytest.raises(UserError, match=r"no backbone .* start with blocks.qkv \(3 x 2\)"):
        load_encoder(tmp_path / "vit.safetensors")


class Shout:
    """Would write a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("way", ["zip", "old", "pickle2", "pickle5", "state_dict"])
def test_a_pickle_that_wants_more_is_refused_by_name(way: str, tmp_path: Path) -> None:
    proof = tmp_path / "was-run"
    path = tmp_path / "evil.pth.tar"
    if way.startswith("pickle"):
        path.write_bytes(pickle.dumps({"state_dict": Shout(proof)}, protocol=int(way[-1])))
    elif way == "state_dict":
        torch.save({"state_dict": {"conv1.weight": torch.ones(2)}, "args": Shout(proof)}, path)
    else:
        torch.save(Shout(proof), path, _use_new_zipfile_serialization=way == "zip")
    with pytest.raises(UserError, match=r"asks for (posix|nt|os)\.mkdir, ") as complaint:
        load_encoder(path)
    assert "\n" not in str(complaint.value)
    assert not proof.exists()


def test_harmless_but_needless_globals_are_named_too(tmp_path: Path) -> None:
    torch.save({"args": argparse.Namespace(lr=1)}, tmp_path / "args.pth")
    with pytest.raises(UserError, match=r"asks for argparse\.Namespace"):
        load_encoder(tmp_path / "args.pth")


def test_damaged_torch_files_get_one_sentence(resnet18_state: State, tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    for is_zip in (True, False):
        torch.save(resnet18_state, path, _use_new_zipfile_serialization=is_zip)
        whole = path.read_bytes()
        for length in (len(whole) // 2, 300, 20, 2):
            path.write_bytes(whole[:length])
            with pytest.raises(UserError, match=r"cut off|damaged") as complaint:
                load_encoder(path)
            assert "\n" not in str(complaint.value)


@pytest.mark.parametrize("is_zip", [True, False])
@pytest.mark.filterwarnings("ignore")  # torch warns of odd pickles, zipfile of odd names
def test_flipped_bytes_in_a_torch_file_get_one_sentence(is_zip: bool, tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    torch.save({"conv1.weight": torch.ones(4)}, path, _use_new_zipfile_serialization=is_zip)
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    generator = np.random.default_rng(5)
    for _ in range(100):
        damaged = whole.copy()
        places = generator.integers(0, len(whole), 4)
        damaged[places] = generator.integers(0, 256, 4)
        path.write_bytes(damaged.tobytes())
        with pytest.raises(UserError, match=r"weights\.pth") as complaint:
            load_encoder(path)
        assert "\n" not in str(complaint.value)


def test_files_that_hold_no_tensors_get_one_sentence(tmp_path: Path) -> None:
    torch.save({"epoch": 3}, tmp_path / "epoch.pth")
    torch.save(torch.ones(3), tmp_path / "tensor.pth")
    save_file({}, tmp_path / "empty.safetensors", {"format": "pt"})
    for name in ("epoch.pth", "tensor.pth", "empty.safetensors"):
        with pytest.raises(UserError, match="holds no tensors by name"):
            load_encoder(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "photos.pth", "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(UserError, match="ZIP archive without"):
        load_encoder(tmp_path / "photos.pth")
