"""The vocabulary of the configuration: one constrained type per idea, each over a plain function.

Every checker takes the raw string and returns it, or raises `ValueError` with what is allowed. Nothing here is looked up: whether
a model exists or a location offers it is the catalogue's business.
"""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, Field

_ORDER_NAME = re.compile(r"[a-z][a-z0-9-]{0,61}[a-z0-9]|[a-z]")
_PROJECT_ID = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
_LOCATION = re.compile(r"global|us|eu|[a-z]+-[a-z]+[0-9]+")
_LABEL_VALUE = re.compile(r"[a-z0-9_-]{0,63}")
_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_MODEL_ID = re.compile(r"[a-z0-9][a-z0-9.@_-]{0,127}")
_EMAIL = re.compile(r"[^@\s:]+@[^@\s:]+\.[^@\s:]+")
_BILLING = re.compile(r"[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}")
_NUMERIC = re.compile(r"[0-9]{1,20}")
_ORDER_REF = re.compile(r"(?:[a-z][a-z0-9-]{0,62}/)?(?:[a-z][a-z0-9-]{0,61}[a-z0-9]|[a-z])")
_MEMBER = re.compile(r"(user|group|serviceAccount|principal|principalSet|domain):\S+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def _matching(pattern: re.Pattern[str], allowed: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if pattern.fullmatch(value) is None:
            raise ValueError(f"allowed: {allowed}")
        return value

    return check


order_name = _matching(_ORDER_NAME, "lower-case letters, digits and '-', starting with a letter, at most 63")
order_ref = _matching(_ORDER_REF, "the name of an order, or STACK/ORDER for one in another stack")
project_id = _matching(_PROJECT_ID, "6 to 30 lower-case letters, digits and '-', starting with a letter")
account_id = _matching(
    _PROJECT_ID,
    "6 to 30 lower-case letters, digits and '-', starting with a letter, as service accounts are named",
)
location = _matching(_LOCATION, "global, us, eu or a region such as europe-west3")
label_value = _matching(_LABEL_VALUE, "up to 63 of a-z, 0-9, '_' and '-'")
label_key = _matching(_LABEL_KEY, "1 to 63 of a-z, 0-9, '_' and '-', starting with a letter")
model_id = _matching(_MODEL_ID, "an exact model version id, such as gemini-3.8-flash")
email = _matching(_EMAIL, "an e-mail address")
billing_account = _matching(_BILLING, "a billing account id such as 01A2B3-C4D5E6-F7A8B9")
numeric_id = _matching(_NUMERIC, "a numeric id, digits only")
member = _matching(_MEMBER, "user:, group:, serviceAccount:, principal: or principalSet: and what follows")


def opaque_id(value: str) -> str:
    """An id whose format Google doesn't document (the Console's order id): 1 to 256 characters, none of them control characters."""
    if not 1 <= len(value) <= 256 or _CONTROL.search(value) or value != value.strip():
        raise ValueError("allowed: 1 to 256 characters, no control characters, no spaces around")
    return value


Gsu = Annotated[
    int, Field(ge=1, le=1_000_000, strict=True, description="Generative AI scale units, whole and positive")
]
OrderName = Annotated[str, AfterValidator(order_name), Field(description="Name of an order in this ledger")]
OrderRef = Annotated[
    str,
    AfterValidator(order_ref),
    Field(description="An order of this stack, or STACK/ORDER for one in another stack"),
]
ProjectId = Annotated[str, AfterValidator(project_id), Field(description="Google Cloud project id")]
AccountId = Annotated[
    str, AfterValidator(account_id), Field(description="Name of a service account, without its project")
]
Location = Annotated[
    str, AfterValidator(location), Field(description="A region, or one of us, eu and global")
]
ModelId = Annotated[
    str, AfterValidator(model_id), Field(description="Exact model version id from the catalogue; no alias")
]
LabelValue = Annotated[
    str, AfterValidator(label_value), Field(description="Value of a label on requests or resources")
]
LabelKey = Annotated[str, AfterValidator(label_key), Field(description="Key of a label")]
Email = Annotated[str, AfterValidator(email), Field(description="E-mail address")]
BillingAccount = Annotated[str, AfterValidator(billing_account), Field(description="Billing account id")]
NumericId = Annotated[str, AfterValidator(numeric_id), Field(description="Numeric id, quoted, digits only")]
Member = Annotated[
    str, AfterValidator(member), Field(description="IAM member, such as group:pt-buyers@example.com")
]
OpaqueId = Annotated[str, AfterValidator(opaque_id), Field(description="The order id that the Console shows")]
