"""One customer over a year: what the story says is what the program answers."""

from story import STORY, play_in_a_folder


def test_the_story_is_what_happens(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    text = STORY.read_text("utf-8")
    assert play_in_a_folder(text) == text
