"""A face that answers what a test tells it to and keeps what it was told."""

from dataclasses import dataclass, field


@dataclass
class RecordingFace:
    """Answers are taken in turn; a question without one is an error of the test."""

    agreements: list = field(default_factory=list)
    texts: list = field(default_factory=list)
    files: list = field(default_factory=list)
    stops_at: str | None = None
    opens: bool = True
    told: list = field(default_factory=list)
    questions: list = field(default_factory=list)
    statuses: list = field(default_factory=list)
    opened: list = field(default_factory=list)

    def tell(self, answer):
        self.told.append(answer)

    def agrees(self, question):
        self.questions.append(question)
        return self.agreements.pop(0)

    def ask_text(self, question):
        self.questions.append(question)
        return self.texts.pop(0)

    def ask_file(self, title, kinds):
        self.questions.append(title)
        return self.files.pop(0)

    def ask_folder(self, title):
        return self.ask_file(title, "")

    def show_status(self, text):
        self.statuses.append(text)

    def wants_to_stop(self):
        """Esc, once the status bar has shown `stops_at`."""
        return self.stops_at is not None and any(self.stops_at in (text or "") for text in self.statuses)

    def open(self, path):
        self.opened.append(path)
        return self.opens
