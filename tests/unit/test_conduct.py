"""What a crisis does next: everyone is told before anything is filed."""

from hypothesis import given
from hypothesis import strategies as st

from domain.conduct import Conduct, Step
from domain.reference import WaveRef

WAVE = WaveRef(cpts_id="val-test", crisis_id="c-1", wave=3)


def test_a_crisis_waits_until_it_is_lifted() -> None:
    assert Conduct().step is Step.WAITING


def test_nothing_is_filed_while_somebody_is_still_to_be_told() -> None:
    assert Conduct(lifted=True, open_waves=(WAVE,)).step is Step.WAITING
    assert Conduct(lifted=True).step is Step.FILING


@given(lifted=st.booleans(), waves=st.sampled_from(((), (WAVE,))))
def test_a_filed_crisis_is_over(*, lifted: bool, waves: tuple[WaveRef, ...]) -> None:
    filed = Conduct(lifted=lifted, filed=True, open_waves=waves)

    assert filed.step is Step.OVER
