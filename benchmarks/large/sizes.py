"""How large."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Counts of what is generated; every pair of a collection's pools is judged by every rater."""

    n_campaigns: int = 1_000
    n_documents: int = 100_000
    n_collections: int = 10
    n_queries: int = 500
    n_raters: int = 10
    n_systems: int = 4
    depth: int = 10
    pool: int = 20

    @property
    def n_judgments(self) -> int:
        """Rows of judgments."""
        return self.n_collections * self.n_queries * self.pool * self.n_raters

    def divided(self, by: int) -> "Sizes":
        """The same shape with fewer campaigns, documents, queries and raters."""
        return Sizes(
            n_campaigns=max(30, self.n_campaigns // by),
            n_documents=max(1_000, self.n_documents // by),
            n_collections=max(2, self.n_collections // by),
            n_queries=max(30, self.n_queries // by),
            n_raters=max(2, self.n_raters // by),
        )
