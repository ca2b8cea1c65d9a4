"""Addresses of the pages of what campaigns are made of."""

from evalhub.dashboard.access import action, file, page
from evalhub.dashboard.inputs import collections, corpora, gold, models, profile, raters, spend

urlpatterns = [
    page("corpora/", corpora.corpora, "corpora"),
    page("corpora/<int:corpus_id>/", corpora.corpus, "corpus"),
    page("corpora/<int:corpus_id>/documents/", corpora.documents, "corpus-documents"),
    page(
        "corpora/<int:corpus_id>/documents/<int:document_id>/<int:part>/", corpora.document, "corpus-document"
    ),
    page("corpora/<int:corpus_id>/differences/", corpora.differences, "corpus-differences"),
    page("corpora/<int:corpus_id>/profile/", profile.profile, "corpus-profile"),
    action("corpora/<int:corpus_id>/profile/start", profile.start, "corpus-profile-start"),
    page("corpora/<int:corpus_id>/profile/<slug:name>.<slug:form>", profile.chart, "corpus-profile-chart"),
    page("models/", models.models, "embedding-models"),
    page("models/<int:model_id>/", models.model, "embedding-model"),
    page("models/known/<slug:name>/", models.known_model, "known-model"),
    page("raters/", raters.raters, "raters"),
    page("raters/<int:rater_id>/", raters.rater, "rater"),
    page("raters/<int:rater_id>/diff/", raters.diff, "rater-diff"),
    action("raters/<int:rater_id>/versions/<int:number>/try", raters.try_out, "rater-try"),
    page("raters/<int:rater_id>/versions/<int:number>/tries/<int:probe_id>/", raters.probe, "rater-probe"),
    page("spend/", spend.spend, "spend"),
    action("spend/price", spend.price, "price-set"),
    page("query-collections/", collections.collections, "query-collections"),
    page("query-collections/<int:collection_id>/", collections.collection, "query-collection"),
    page("query-collections/<int:collection_id>/conflicts/", gold.conflicts, "gold-conflicts"),
    file("query-collections/<int:collection_id>/gold.<slug:form>", gold.gold_file, "gold-file"),
]
