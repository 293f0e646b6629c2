"""The value of a lock: who holds it, and a part that no other lock has."""

from uuid import UUID

from core.domain.model import Operacion
from core.domain.rulebook.policy import Policy
from core.ledger.locks import LockService
from tests.plants import MIGUEL, Etapa, held_by, spool_at


def test_a_token_is_the_workers_number_and_a_random_uuid():
    worker_id, _, unique = LockService.new_token(93).partition(":")
    assert worker_id == "93"
    assert UUID(unique).version == 4


def test_no_two_tokens_of_one_worker_are_alike():
    assert len({LockService.new_token(93) for _ in range(100)}) == 100


def test_an_occupations_lock_has_a_token_of_the_same_form():
    held = held_by(MIGUEL, Operacion.ARM, spool_at(Etapa.LIBRE)).ocupacion
    assert held.lock_token == f"93:{held.event_id}"


def test_locks_live_twelve_hours_unless_the_plant_says_otherwise():
    assert Policy().lock_ttl == Policy().lock_ttl == 12 * 3600
