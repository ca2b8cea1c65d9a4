"""The page at work: one request's form, what its button asks for, and what came of it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from evalhub.core.errors import UserError
from evalhub.dashboard.launch.form import PARTS, FilePart, LaunchForm
from evalhub.dashboard.launch.imports import IMPORTS
from evalhub.dashboard.launch.mapping import Asked, asked_of
from evalhub.dashboard.launch.outlook import Said, problems_of, said
from evalhub.dashboard.launch.previews import Preview, preview
from evalhub.dashboard.numbers import whole_number
from evalhub.formats.errors import InputError
from evalhub.models import Campaign, Job, System, Workspace
from evalhub.selectors.launch.choices import systems_named
from evalhub.selectors.progress import JobProgress, job_progress
from evalhub.services.campaigns import campaign_start_once
from evalhub.services.drafts import draft_drop, draft_find, draft_keep
from evalhub.services.spec_inputs.load import inputs_import
from evalhub.services.spec_inputs.references import spec_from_afar
from evalhub.spec.errors import SpecError, SpecProblem

Files = MultiValueDict[str, UploadedFile]
GONE = "This upload is no longer here (uploads are kept for a day). Choose the file again."


@dataclass(slots=True)
class Desk:
    """What a request works on.

    Attributes:
        faults: messages by the id of the element they belong to; "" for the page.
        notes: what was done, by part.
        job: the import of the corpus, while it is under way or failed.
        campaign: what was started.
        acted_on: the part whose upload was put to use, where the page goes on.
    """

    workspace: Workspace
    user: User
    form: LaunchForm
    now: datetime
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[str, str] = field(default_factory=dict)
    previews: dict[str, Preview] = field(default_factory=dict)
    job: JobProgress | None = None
    campaign: Campaign | None = None
    is_refused: bool = False
    acted_on: str = ""

    def act(self, action: str, files: Files) -> None:
        """Do what a button says: `upload:corpus`, `use:corpus`, `drop:corpus`, `start`; else nothing."""
        verb, _, part = action.partition(":")
        if verb == "start":
            self._start()
        elif part in PARTS and verb in ("upload", "use", "drop"):
            doing: Callable[..., None] = getattr(self, f"_{verb}")
            doing(part, *([files] if verb == "upload" else []))

    def follow_import(self) -> None:
        """See how far the import of the corpus is; once it is done, its corpus is chosen."""
        key = whole_number(self.form.corpus_job)
        rows = Job.objects.filter(workspace=self.workspace, kind=Job.Kind.INGEST)
        job = None if key is None else rows.filter(pk=key).first()
        if job is None or job.state == Job.State.DONE:
            self.form.corpus_job = ""
        if job and job.state == Job.State.DONE:
            self.form.corpus = job.params["corpus"]
            self.notes["corpus"] = f"{job.params['name']} imported as {self.form.corpus}."
        elif job:
            self.job = job_progress(job.pk, now=self.now)

    def look(self) -> None:
        """Read the uploads that are not used yet."""
        for part, file in self.form.parts.items():
            if file.token:
                self._look(part, file)

    def waiting(self) -> list[Said]:
        """Uploads that are neither imported nor put away: a start would leave them out unnoticed."""
        told = []
        for part, file in self.form.parts.items():
            if file.token and (draft := draft_find(self.user, file.token)):
                message = f"{draft.source.name} is not imported yet: import it, or press Not this file."
                told.append(Said(f"{part}_use", message))
        return told

    def asked(self, registered: dict[int, System] | None = None) -> Asked:
        """The spec in the making."""
        known = registered or systems_named(self.workspace, self.form.system_keys)
        return asked_of(self.form, known)

    def tell(self, problems: list[SpecProblem], asked: Asked) -> None:
        """Put each problem beside the field it is about."""
        for problem in problems:
            told = said(problem, asked)
            self.faults[told.element].append(told.message)

    def _upload(self, part: str, files: Files) -> None:
        file = files.get(f"{part}_file")
        if file is None:
            self.faults[f"{part}_file"].append("No file was chosen. Choose one, or drop it here.")
        elif not file.size:
            self.faults[f"{part}_file"].append(f"{file.name} is empty. Choose a file with content.")
        else:
            draft = draft_keep(self.user, file, now=self.now)
            self.form.parts[part] = FilePart(token=draft.token)
            if part == "corpus":
                self.form.corpus_job = ""  # of the upload before this one

    def _drop(self, part: str) -> None:
        if draft := draft_find(self.user, self.form.parts[part].token):
            draft_drop(draft)
        self.form.parts[part] = FilePart()

    def _use(self, part: str) -> None:
        self.look()
        found = self.previews.get(part)
        if found is None:
            return
        if found.to_choose:
            self.faults[f"{part}_use"].append(found.to_choose)
            return
        try:
            self.notes[part] = IMPORTS[part](self.workspace, self.form, found, now=self.now)
        except FileNotFoundError:  # another request of this person used or dropped it just now
            self.faults[f"{part}_file"].append(GONE)
            self.form.parts[part] = FilePart()
        except (UserError, SpecError) as error:
            self.faults[f"{part}_use"] += [str(line) for line in str(error).splitlines()]
        else:
            draft_drop(found.draft)
            self.form.parts[part] = FilePart()
            self.acted_on = part
        self.previews.clear()

    def _look(self, part: str, file: FilePart) -> None:
        draft = draft_find(self.user, file.token)
        if draft is None:
            self.faults[f"{part}_file"].append(GONE)
            self.form.parts[part] = FilePart()
            return
        try:
            self.previews[part] = preview(part, draft, file)
        except InputError as error:
            self.faults[f"{part}_file"].append(str(error))
            self._drop(part)

    def _start(self) -> None:
        asked = self.asked()
        for told in self.waiting():
            self.is_refused = True
            self.faults[told.element].append(told.message)
        try:
            # Looked at even where a file waits: all that is wrong is said at once.
            spec = spec_from_afar(self.workspace, asked.spec)
            if self.is_refused:
                return
            inputs = inputs_import(self.workspace, spec, clock=lambda: self.now)
        except (SpecError, InputError) as error:
            self.is_refused = True
            self.tell(list(problems_of(error)), asked)
        except UserError as error:
            self.is_refused = True
            self.faults[""].append(str(error))
        else:
            self.campaign = campaign_start_once(self.workspace, spec, inputs, user=self.user, now=self.now)
