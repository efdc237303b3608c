"""Names that come while a run goes on find their place among those that are there."""

from __future__ import annotations

from uem_desktop.widgets.curve_colours import CurveStyle
from uem_desktop.widgets.curve_legend import CurveLegend


def test_names_that_come_later_do_not_lie_on_others(qtbot) -> None:
    legend = CurveLegend()
    qtbot.addWidget(legend)
    legend.resize(300, 200)
    legend.show()
    names = [f"SN2M {letter}" for letter in "ABCDEFGH"]
    style = CurveStyle(0, False)
    for count in (2, 5, 8):
        legend.set_curves([(name, name, style) for name in names[:count]])
        qtbot.wait(20)
        places = [item.geometry().topLeft().toTuple() for item in legend.items.values()]
        assert len(set(places)) == count
