"""What Terms decide of a request: SPEC.md, sections 16.2 and 16.6.

Facts are True, False, or None where they are open.
"""

import json
from calendar import monthrange
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

import terms as codec

PLACE = Path(__file__).parents[2] / "src/consent/vocabulary/hv1.txt"


class Vocabulary:
    """The codes of one block, with what stands above each."""

    def __init__(self, data):
        self.hash = sha256(data).digest()
        first, *lines = data.decode().splitlines()
        self.id = first.split()[3]
        self.above, self.pinned, section = {}, set(), None
        for line in lines:
            if line.startswith("section "):
                section = line.split()[1]
            elif section in ("purpose", "sens") and not line.startswith("source "):
                code, above, properties, _ = line.split(" ", 3)
                self.above[section, code] = [] if above == "-" else above.split(",")
                if "pinned" in properties.split(","):
                    self.pinned.add(code)

    def with_above(self, section, code):
        found = {code}
        for it in self.above[section, code]:
            found |= self.with_above(section, it)
        return found


def every(facts):
    facts = list(facts)
    return False if False in facts else None if None in facts else True


def some(facts):
    facts = list(facts)
    return True if True in facts else None if None in facts else False


class People:
    """Attributes by key: a key that is not named is open."""

    def __init__(self, value):
        self.values = value

    def has(self, attribute):
        key, value = attribute.split("=", 1)
        return value in self.values[key] if key in self.values else None


def span_of(date):
    """A year, month or day in UTC."""
    parts = [int(it) for it in date.split("-")]
    year, month, day = parts + [1] * (3 - len(parts))
    moment = lambda *it: int(datetime(*it, tzinfo=timezone.utc).timestamp())
    low = moment(year, month, day)
    if len(parts) == 1:
        return low, moment(year + 1, 1, 1)
    days = 1 if len(parts) == 3 else monthrange(year, month)[1]
    return low, low + 86_400 * days


class Request:
    def __init__(self, text, vocabulary):
        self.json, self.vocabulary = json.loads(text), vocabulary
        time = datetime.fromisoformat(self.json["time"].replace("Z", "+00:00"))
        self.time = int(time.timestamp())
        self.recipient = People(self.json.get("recipient", {}))
        self.record = self.json.get("record", {})
        self.authors = People(self.record.get("authors", {}))
        labels = [it.split("=", 1) for it in self.record.get("labels", [])]
        self.level = dict(labels).get("conf")
        self.carried, self.absent = set(), set()
        for name, value in labels:
            if name == "sens":
                self.carried |= vocabulary.with_above("sens", value)
            elif name == "sens.not":
                self.absent.add(value)
            elif name == "sens.none":
                assert value == vocabulary.id
                self.absent |= vocabulary.pinned
            else:
                assert name == "conf", name

    def sensitive(self, code):
        absent = bool(self.vocabulary.with_above("sens", code) & self.absent)
        carried = code in self.carried
        return None if carried == absent else carried

    def holds(self, name, wanted, permits, mode):
        """A criterion of a permission, or of a prohibition."""
        record = self.record
        if name == "recipient":
            return some(every(self.recipient.has(it.decode()) for it in one) for one in wanted)
        if name == "purpose":
            return self.purposes([it.decode() for it in wanted], permits, mode)
        if name == "during":
            low, high = wanted
            return (low is None or low <= self.time) and (high is None or self.time < high)
        if name == "confidentiality":
            if self.level is None:
                return None
            found = codec.LEVELS.index(self.level.encode())
            return found <= wanted if permits else found >= wanted
        if name == "sensitivity":
            return some(self.sensitive(it.decode()) for it in wanted)
        if name == "type":
            return record["type"].encode() in wanted if "type" in record else None
        if name == "author":
            return some(self.authors.has(it.decode()) for it in wanted)
        assert name == "dated", name
        if "date" not in record:
            return None
        low, high = wanted
        first, last = span_of(record["date"])
        inside = (low is None or low <= first) and (high is None or last <= high)
        apart = (low is not None and last <= low) or (high is not None and high <= first)
        return True if inside else False if apart else None

    def purposes(self, wanted, permits, mode):
        stated = self.json.get("purposes", [])
        if not stated:
            return None
        above = [self.vocabulary.with_above("purpose", it) for it in stated]
        within = [bool(it & set(wanted)) for it in above]
        if not permits:
            return any(within)
        complete = mode == 1 or all(any(code in it for it in above) for code in wanted)
        return complete and all(within)


def decide(terms, request):
    """(outcome, what decided, the place of the rule)."""
    if terms["subject"].decode() != request.json["patient"]:
        return b"NO_CONSENT", b"other-subject", None
    low, high = terms["valid"]
    if low is not None and request.time < low:
        return b"NO_CONSENT", b"not-yet-valid", None
    if high is not None and request.time >= high:
        return b"NO_CONSENT", b"expired", None
    if terms["vocabulary"] != request.vocabulary.hash:
        return b"DENY", b"other-vocabulary", None
    for place in range(len(terms["rules"]), 0, -1):
        effect, criteria = terms["rules"][place - 1]
        permits = effect == 1
        applies = every(
            request.holds(name, value, permits, terms["mode"]) for name, value in criteria.items()
        )
        if permits and applies:
            return b"PERMIT", b"rule", place
        if not permits and applies is not False:
            return b"DENY", b"rule", place
    return [b"NO_CONSENT", b"PERMIT", b"DENY"][terms["base"]], b"base", None


def check(vector):
    vocabulary = Vocabulary(PLACE.read_bytes())
    terms = codec.read(vector["terms"])
    outcomes = set()
    for each in vector["of"]:
        outcome, by, rule = decide(terms, Request(each["request"], vocabulary))
        shown = each["decision"]
        assert outcome == each["outcome"] == shown["decision"], each["request"]
        assert (by, rule) == (shown["by"], shown["rule"]), each["request"]
        owed = terms["obligations"] if outcome == b"PERMIT" else []
        assert owed == shown["obligations"], "obligations"
        outcomes.add(outcome)
    assert len(outcomes) == 3
