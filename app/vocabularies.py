"""Every closed vocabulary: what a value means and the published term it corresponds to."""

from enum import StrEnum
from typing import Literal, Self


class Vocabulary(StrEnum):
    """A closed list of values, each with its meaning and, where one exists, the standard term."""

    meaning: str
    term: str | None

    def __new__(cls, value: str, meaning: str = "", term: str | None = None) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.term = term
        return member


class RecordType(Vocabulary):
    """What a record is about."""

    ORGANIZATION = "organization", "Any agent that is not a person.", "org:Organization"
    MEETING = "meeting", "An occasion on which agents met or spoke.", "schema:Event"
    MEETING_SERIES = "meeting_series", "Meetings that recur under one name.", "schema:EventSeries"
    AREA = "area", "A field in which organizations cooperate or work.", "skos:Concept"
    PERSON = "person", "A named human being.", "foaf:Person"
    DOCUMENT = "document", "A text that agents adopted, sent or published.", "schema:CreativeWork"
    ACTIVITY = "activity", "Something done, alone or together, that is no meeting.", "prov:Activity"
    STATEMENT = "statement", "What somebody said, kept as said and not as a fact.", "schema:Claim"
    PLACE = "place", "A city, building, region, country or territory.", "schema:Place"
    SOURCE = "source", "One of the texts that the records are read out of.", "schema:WebPage"
    RELATION = "relation", "A typed link between two records.", "rdf:Statement"
    EVIDENCE = "evidence", "The phrase, or the reference, that a fact rests on.", "oa:Annotation"


OwnType = Literal[
    RecordType.ORGANIZATION,
    RecordType.MEETING,
    RecordType.MEETING_SERIES,
    RecordType.AREA,
    RecordType.PERSON,
    RecordType.DOCUMENT,
    RecordType.ACTIVITY,
    RecordType.STATEMENT,
    RecordType.PLACE,
    RecordType.SOURCE,
]
"""The types of records that stand for themselves; relations and evidence are parts of these."""
DatedType = Literal[
    RecordType.MEETING,
    RecordType.DOCUMENT,
    RecordType.ACTIVITY,
    RecordType.STATEMENT,
    RecordType.ORGANIZATION,
    RecordType.MEETING_SERIES,
]
"""The types of records that have dates of their own."""


class SearchField(Vocabulary):
    """The text of a record that a search matches."""

    NAME = "name", "The name."
    ALIAS = "alias", "Another form of the name."
    SUMMARY = "summary", "The summary, in our words; for evidence, how the fact is known."
    EVIDENCE = "evidence", "A phrase that a fact rests on, verbatim."


class SearchMatch(Vocabulary):
    """How a record was found."""

    EXACT = "exact", "It has every word of the query, the last one perhaps only as a beginning."
    SIMILAR = "similar", "No record has every word; a name of this one is spelled much like the query."


class Basis(Vocabulary):
    """How a fact is known."""

    STATED = "stated", "A text says it; the quote shows where."
    INFERRED = "inferred", "It follows from what a text says; `how` gives the reasoning."
    OUTSIDE = "outside", "Known from elsewhere; the reference says from where."


class NoteReason(Vocabulary):
    """Why a field carries a note."""

    NOT_STATED = "not_stated", "No text says it: the field is null, or says no more than it does."
    NOT_APPLICABLE = "not_applicable", "The field makes no sense for this record, so it is null."
    NONE = "none", "There is none, as far as the texts show, so the field is null."
    DOUBT = "doubt", "The text is garbled, wrong or contradictory; the field keeps what it states."
    AMBIGUITY = "ambiguity", "Two readings are possible; the note says which was taken."
    SCOPE = "scope", "What the record covers and what it leaves out."


class AliasKind(Vocabulary):
    """In what way an alias differs from the name."""

    ABBREVIATION = "abbreviation", "Initials or an acronym.", "skos:altLabel"
    FULL_NAME = "full_name", "A longer form of the name.", "skos:altLabel"
    SHORT_NAME = "short_name", "A shorter form of the name.", "skos:altLabel"
    SPELLING = "spelling", "The same name, spelt in another way.", "skos:altLabel"
    TRANSLATION = "translation", "The form a translated text gives.", "skos:hiddenLabel"
    FORMER_NAME = "former_name", "A name used before.", "schema:alternateName"
    DESCRIPTION = "description", "Words a text uses in place of the name.", "skos:hiddenLabel"
    USUAL_NAME = "usual_name", "The usual English name, not from the texts.", "skos:altLabel"


class OrganizationKind(Vocabulary):
    """What an organization is."""

    STATE = "state", "A state, as an agent.", "foaf:Agent"
    INTERNATIONAL_ORGANIZATION = (
        "international_organization",
        "An organization of states.",
        "org:FormalOrganization",
    )
    BODY = (
        "body",
        "A council, committee or other organ of an organization.",
        "org:OrganizationalUnit",
    )
    SECRETARIAT = "secretariat", "The staff organ of an organization.", "org:OrganizationalUnit"
    UNIT = "unit", "A part of a secretariat.", "org:OrganizationalUnit"
    INSTITUTION = (
        "institution",
        "An autonomous institution of an organization.",
        "org:Organization",
    )
    OFFICE = (
        "office",
        "A post or standing presence that acts as an organ.",
        "org:OrganizationalUnit",
    )
    OPERATION = "operation", "A mission or force in the field.", "org:Organization"
    INITIATIVE = "initiative", "A programme or pact with a name of its own.", "schema:Project"
    FORUM = "forum", "A standing format in which agents meet.", "org:OrganizationalCollaboration"
    GROUP = (
        "group",
        "Agents named together without being an organization.",
        "foaf:Group",
    )


class OrganizationCategory(Vocabulary):
    """A finer division of some kinds of organization."""

    COUNCIL = "council", "A body in which states decide or consult."
    COMMITTEE = "committee", "A body that prepares or advises."
    ASSEMBLY = "assembly", "A body of parliamentarians."
    COURT = "court", "A judicial or arbitral body."
    CHAIR = "chair", "The office that chairs an organization."
    EXECUTIVE = "executive", "A government or an organ that executes."
    FIELD_OPERATION = "field_operation", "A civilian presence of the OSCE in a country."
    MONITORING_MISSION = "monitoring_mission", "A mission that observes and reports."
    VERIFICATION_MISSION = "verification_mission", "A mission that checks compliance on the ground."
    SURVEILLANCE_MISSION = "surveillance_mission", "A mission that watches from the air."
    CIVIL_ADMINISTRATION = "civil_administration", "An international interim administration."
    MILITARY_OPERATION = "military_operation", "A force that is deployed under a mandate."
    GROUP_OF_STATES = "group_of_states", "States named together."
    GROUP_OF_PEOPLE = "group_of_people", "Unnamed people who act together."


class MembershipRole(Vocabulary):
    """In what way somebody belongs to an organization."""

    MEMBER = "member", "A member.", "org:memberOf"
    PARTICIPATING_STATE = "participating_state", "A participating State of the OSCE.", "org:memberOf"
    PARTNER = "partner", "A partner for co-operation.", "org:linkedTo"
    CHAIR = "chair", "Chairs the organization."
    OFFICE_HOLDER = "office_holder", "Holds the post that is given.", "org:holds"
    SPOKESPERSON = "spokesperson", "Speaks for the organization."


class Post(Vocabulary):
    """A post that a person holds or acts in."""

    CHAIRMAN_IN_OFFICE = (
        "chairman_in_office",
        "Chairs the OSCE for a year; a foreign minister.",
        "org:Role",
    )
    SECRETARY_GENERAL = (
        "secretary_general",
        "Heads the secretariat of an organization.",
        "org:Role",
    )
    HIGH_REPRESENTATIVE = (
        "high_representative",
        "Speaks for the EU in foreign and security policy.",
        "org:Role",
    )
    FOREIGN_MINISTER = "foreign_minister", "Foreign minister of a state.", "org:Role"
    SECRETARY_OF_STATE = (
        "secretary_of_state",
        "Foreign minister of the United States.",
        "org:Role",
    )
    HEAD = "head", "Directs the organization; the text gives no title.", "org:headOf"
    SPOKESPERSON = "spokesperson", "Speaks for an organization to the press.", "org:Role"
    AMBASSADOR = "ambassador", "Represents a state at an organization.", "org:Role"
    REPRESENTATIVE = "representative", "Represents an agent; the text gives no title.", "org:Role"
    LEADER = "leader", "Leads a state; the text gives no title.", "org:Role"
    STAFF = "staff", "Works for the organization; the text gives no title.", "org:Role"
    EXPERT = "expert", "Takes part for what they know.", "org:Role"


class ParticipationRole(Vocabulary):
    """In what way somebody took part."""

    PARTICIPANT = "participant", "Took part.", "schema:attendee"
    CHAIR = "chair", "Chaired."
    HOST = "host", "Was visited, or hosted."
    ORGANIZER = "organizer", "Organized.", "schema:organizer"
    VISITOR = "visitor", "Came on a visit.", "schema:attendee"
    SPEAKER = "speaker", "Addressed the meeting.", "schema:performer"


class MeetingKind(Vocabulary):
    """What sort of meeting it is."""

    VISIT = "visit", "Somebody goes to an organization; the talks held there are its parts."
    TALK = "talk", "A meeting of few, face to face."
    COUNCIL_MEETING = "council_meeting", "A meeting of a council."
    SUMMIT = "summit", "A meeting of heads of state or government."
    MINISTERIAL = "ministerial", "A meeting of ministers."
    CONFERENCE = "conference", "A conference."
    WORKSHOP = "workshop", "A workshop."
    CALL = "call", "A conversation by telephone or video."
    MEDIATION = "mediation", "A meeting to settle a conflict."
    STAFF_TALKS = "staff_talks", "A meeting between the staffs of organizations."
    REVIEW = "review", "A meeting that reviews how commitments are kept."
    DIALOGUE = "dialogue", "Contacts at any or several levels."


class MeetingStatus(Vocabulary):
    """Whether a meeting took place."""

    HELD = "held", "It took place.", "schema:EventScheduled"
    PLANNED = "planned", "A text announces it; no text says that it took place."


class Frequency(Vocabulary):
    """How often a series recurs."""

    ANNUAL = "annual", "Every year.", "freq:annual"
    REGULAR = "regular", "Regularly; the interval is not given."
    PERIODIC = "periodic", "From time to time."


class SeriesStatus(Vocabulary):
    """Whether a series goes on, when the text was published."""

    CURRENT = "current", "The text speaks of it as going on."
    PAST = "past", "The text speaks of it as over."
    PROPOSED = "proposed", "The text speaks of it as wished for."


class AreaScheme(Vocabulary):
    """Whose list of areas it is."""

    NATO_OSCE = (
        "nato_osce",
        "Areas of cooperation between NATO and the OSCE.",
        "skos:ConceptScheme",
    )
    OSCE_FIELDS_OF_WORK = (
        "osce_fields_of_work",
        "The OSCE's own fields of work.",
        "skos:ConceptScheme",
    )
    TOPIC = "topic", "Subjects that the texts name outside both lists.", "skos:ConceptScheme"


class AreaKind(Vocabulary):
    """How an area is cut out."""

    THEMATIC = "thematic", "By subject."
    REGIONAL = "regional", "By place."
    MODE = "mode", "By the way in which organizations work together."


class AreaStatus(Vocabulary):
    """Whether there is work in the area, by the text that names it."""

    CURRENT = "current", "The text speaks of it as going on."
    PAST = "past", "The text speaks of it as over."
    POTENTIAL = "potential", "The text calls it possible."
    PROPOSED = "proposed", "Somebody wished for it or offered it."


class DocumentKind(Vocabulary):
    """What sort of document it is."""

    TREATY = "treaty", "A treaty, convention or protocol.", "schema:Legislation"
    AGREEMENT = "agreement", "An agreement that is not called a treaty.", "schema:CreativeWork"
    RESOLUTION = "resolution", "A resolution of the UN Security Council.", "schema:Legislation"
    STRATEGY = "strategy", "A strategy or strategic concept.", "schema:CreativeWork"
    POLICY = "policy", "A policy of an organization.", "schema:CreativeWork"
    FRAMEWORK = "framework", "A platform or framework for action.", "schema:CreativeWork"
    LETTER = "letter", "A letter.", "schema:Message"
    PROPOSAL = "proposal", "A written or tabled proposal.", "schema:CreativeWork"
    PUBLICATION = "publication", "A newsletter or other publication.", "schema:Periodical"
    PAPER = "paper", "A document whose sort the text does not tell.", "schema:CreativeWork"


class ActivityKind(Vocabulary):
    """What sort of activity it is."""

    JOINT_PROGRAMME = "joint_programme", "A programme of two or more organizations."
    STAFF_EXCHANGE = "staff_exchange", "Contacts and exchanges between staffs."
    BRIEFING = "briefing", "One side informs or advises the other."
    INFORMATION_SHARING = "information_sharing", "Information is passed on."
    SECURITY_SUPPORT = "security_support", "Protection for the work or the people of another."
    ASSISTANCE = "assistance", "Help for a state or organization."
    CAPACITY_BUILDING = "capacity_building", "Education, training, building of means."
    ARMS_CONTROL = "arms_control", "Arms control, demining, destruction of stockpiles."
    MONITORING = "monitoring", "Observation, verification, supervision."
    PARTICIPATION = "participation", "Taking part in the programmes or meetings of another."
    CONSULTATION = "consultation", "Dialogue and exchange of views."
    POLICY_MAKING = "policy_making", "Making, adopting or carrying out a policy."
    NEGOTIATION = "negotiation", "Negotiation of a settlement."
    DEPLOYMENT = "deployment", "Forces or missions are sent, built up or withdrawn."


class StatementKind(Vocabulary):
    """What sort of statement it is."""

    POSITION = "position", "What somebody holds to be right.", "schema:Claim"
    PLEDGE = "pledge", "What somebody promises or intends to do."
    DEMAND = "demand", "What somebody demands or calls for."
    OFFER = "offer", "What somebody offers or proposes."
    CONCERN = "concern", "What worries somebody."
    ASSESSMENT = "assessment", "How somebody judges things.", "schema:Claim"
    SUPPORT = "support", "Praise, welcome or support for another."


class StatementMode(Vocabulary):
    """How a statement has come down to us."""

    DIRECT = "direct", "The text quotes it."
    REPORTED = "reported", "The text reports it in its own words."
    DOCUMENT = "document", "The text itself, or a document, states it."


class PlaceKind(Vocabulary):
    """What sort of place it is."""

    BUILDING = "building", "A building or seat.", "schema:Place"
    CITY = "city", "A city or town.", "schema:City"
    REGION = "region", "A region of one or several countries.", "schema:Place"
    COUNTRY = "country", "A country, as territory.", "schema:Country"
    TERRITORY = "territory", "A territory whose status the texts leave open.", "schema:Place"


class EdgeKind(Vocabulary):
    """In what way two organizations of the network are linked."""

    MEMBERSHIP = "membership", "The source belongs to the target, in the role given.", "org:memberOf"
    PARENT = "parent", "The source is a part of the target.", "org:subOrganizationOf"
    PARTICIPATION = "participation", "Both took part in the same meetings, and these were held."
    RELATION = "relation", "A relation leads from the source to the target, with the predicate given."


class Predicate(Vocabulary):
    """What a relation says, read from subject to object."""

    inverse: str

    def __new__(cls, value: str, inverse: str = "", meaning: str = "", term: str | None = None) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.inverse = inverse
        member.meaning = meaning
        member.term = term
        return member

    SUCCEEDED_BY = (
        "succeeded_by",
        "successor of",
        "The object came after the subject and took its place.",
        "dcterms:isReplacedBy",
    )
    UPDATED_BY = "updated_by", "update of", "The object is a newer version.", "dcterms:hasVersion"
    PARALLEL_TO = "parallel_to", "parallel to", "Both ran at the same time to the same end."
    FOLLOWS = "follows", "followed by", "The subject came after the object."
    MANDATED_BY = "mandated_by", "mandates", "The object gives the subject its mandate."
    ESTABLISHED_BY = "established_by", "established", "The object set the subject up."
    WITHIN_FRAMEWORK_OF = "within_framework_of", "framework of", "The subject works inside it."
    PART_OF = "part_of", "has part", "The subject is a part of the object.", "dcterms:isPartOf"
    OUTCOME_OF = "outcome_of", "has outcome", "The subject came out of it.", "prov:wasGeneratedBy"
    AUTHOR = "author", "author of", "The object wrote or developed it.", "schema:author"
    ADOPTED_BY = "adopted_by", "adopted", "The object adopted or approved the subject."
    SIGNATORY = "signatory", "signatory of", "The object signed the subject."
    ADDRESSEE = "addressee", "addressed by", "The object is spoken or written to."
    RESPONDS_TO = "responds_to", "answered by", "The subject answers the object."
    IMPLEMENTS = "implements", "implemented by", "The subject carries the object out."
    SPEAKER = "speaker", "speaker of", "The object said it.", "schema:author"
    ON_BEHALF_OF = "on_behalf_of", "spoken for in", "The speaker acted for it."
    POSITION_OF = "position_of", "position held in", "The object holds it, another says so."
    REPORTED_BY = "reported_by", "reports", "The object passed it on."
    ECHOED_BY = "echoed_by", "echoes", "The object said that it shares it."
    ABOUT = "about", "subject of", "The subject is about the object.", "schema:about"
    CARRIED_OUT_BY = "carried_out_by", "carries out", "The object does it.", "prov:wasAssociatedWith"
    CARRIED_OUT_WITH = "carried_out_with", "takes part in", "The object takes part in doing it."
    BENEFITS = "benefits", "benefits from", "It is done for the object."
    COOPERATES_WITH = "cooperates_with", "cooperates with", "They work together."
    ORGANIZED_BY = "organized_by", "organizes", "The object organizes it.", "schema:organizer"
    LAUNCHED_AT = "launched_at", "launched", "The subject was begun at the object."
    EXACT_MATCH = "exact_match", "exact match", "The same concept.", "skos:exactMatch"
    CLOSE_MATCH = "close_match", "close match", "Nearly the same concept.", "skos:closeMatch"
    BROAD_MATCH = "broad_match", "narrow match of", "The object is wider.", "skos:broadMatch"
    RELATED_MATCH = "related_match", "related match", "The concepts touch.", "skos:relatedMatch"
    TAGGED = "tagged", "tag of", "The publisher tagged the subject so.", "schema:keywords"


VOCABULARIES: tuple[type[Vocabulary], ...] = tuple(Vocabulary.__subclasses__())
"""All of them, in the order of this file."""
PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "freq": "http://purl.org/cld/freq/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
"""The vocabularies that the terms are from."""
