from django.urls import path

from .views.claim import claim, release
from .views.review import review, review_updates
from .views.review_draft import review_draft
from .views.review_edit import edit_review, withdraw_change_request
from .views.review_queue import next_review, reviews
from .views.review_request import decline_review_request, request_review, withdraw_review_request
from .views.selected_words import selected_words
from .views.skip import skip
from .views.submission import remove_from_playbook, withdraw

urlpatterns = [
    path("groups/<key:pk>/reviews/", reviews, name="reviews"),
    path("groups/<key:pk>/reviews/next/", next_review, name="next_review"),
    path("submissions/<key:pk>/withdrawal/", withdraw, name="withdraw"),
    path("submissions/<key:pk>/claim/", claim, name="claim"),
    path("submissions/<key:pk>/claim/cancel/", release, name="release"),
    path("submissions/<key:pk>/playbook-removal/", remove_from_playbook, name="remove_from_playbook"),
    path("submissions/<key:pk>/skip/", skip, name="skip"),
    path("submissions/<key:pk>/review-requests/", request_review, name="request_review"),
    path("submissions/<key:pk>/review-requests/cancel/", withdraw_review_request, name="withdraw_review_request"),
    path("submissions/<key:pk>/review-requests/decline/", decline_review_request, name="decline_review_request"),
    path("submissions/<key:pk>/review/", review, name="review"),
    path("submissions/<key:pk>/review/draft/", review_draft, name="review_draft"),
    path("submissions/<key:pk>/review/words/<key:prompt>/", selected_words, name="selected_words"),
    path("submissions/<key:pk>/review/updates/", review_updates, name="review_updates"),
    path("submissions/<key:pk>/review/edit/", edit_review, name="edit_review"),
    path(
        "submissions/<key:pk>/review/change-request/withdrawal/",
        withdraw_change_request,
        name="withdraw_change_request",
    ),
]
