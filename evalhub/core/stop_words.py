"""Words that say nothing of what a query is about, in the languages that queries most often come in.

Written as `terms.fold` leaves them. What another of these languages has a noun or verb for is not among them
(German "hat" and "war", French "pour", Dutch "van"): one mark too many does less harm than one too few.
"""

_ENGLISH = """
a about all also an and any are as at be because been but by can could did do does for from had has have he
her his how i if in into is it its me more most my no not of on or our she should so some such than that the
their them then there these they this those to too up was we were what when where which who why will with
would you your
"""
_GERMAN = """
aber als am auch auf aus bei das dass dem den der des die doch du ein eine einem einen einer es ich ihr im
ist ja kann mit nach nicht noch nur oder sich sie sind uber um und vom von wenn wer wie wir wird zu zum zur
"""
_FRENCH = """
au aux avec ce ces comme dans de du elle en est et il ils je la le les leur lui mais nous ou par pas qu que
qui sa se ses sont sur une vous
"""
_SPANISH = """
al como del donde el ella entre esta este ha las lo los muy para pero por ser si sobre su sus un una y ya
"""
_ITALIAN = "alla che dei della delle di e gli i il nel nella per piu sono uno"
_DUTCH = "aan bij dat een het hoe ik je naar niet om op te uit voor wat zijn"
_PORTUGUESE = "ao com da dos em na nas nos o os pela pelo uma"

STOP_WORDS = frozenset(
    " ".join((_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _ITALIAN, _DUTCH, _PORTUGUESE)).split()
)
