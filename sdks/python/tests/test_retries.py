import math
import unittest
from datetime import datetime, timezone

from exemplar._retries import is_worth_another_attempt, retry_after_seconds, wait_after

NOW = datetime(2026, 11, 23, 5, 0, 0, tzinfo=timezone.utc)


class Waits(unittest.TestCase):
    def test_lie_between_the_half_and_the_whole_of_a_time_that_doubles_up_to_two_seconds(self):
        self.assertEqual([wait_after(attempt, None, 1.0) for attempt in range(1, 7)], [0.25, 0.5, 1.0, 2.0, 2.0, 2.0])
        self.assertEqual([wait_after(attempt, None, 0.0) for attempt in range(1, 7)], [0.125, 0.25, 0.5, 1.0, 1.0, 1.0])

    def test_are_as_long_as_the_server_asks_for_but_never_shorter_than_its_own(self):
        self.assertEqual(wait_after(1, 7.0, 1.0), 7.0)
        self.assertEqual(wait_after(4, 1.0, 1.0), 2.0)

    def test_only_429_and_5xx_are_worth_another_attempt(self):
        self.assertEqual([status for status in range(100, 700) if is_worth_another_attempt(status)], [429, *range(500, 600)])


class RetryAfter(unittest.TestCase):
    def test_is_read_as_seconds_or_as_a_date(self):
        for header, seconds in {
            "120": 120.0, " 7 ": 7.0, "0": 0.0, "Mon, 23 Nov 2026 05:00:30 GMT": 30.0, "Mon, 23 Nov 2026 05:00:30 -0000": 30.0,
            "9" * 5000: math.inf,
        }.items():
            self.assertEqual(retry_after_seconds(header, NOW), seconds, header)

    def test_is_nothing_when_it_cannot_be_read_or_has_passed(self):
        for header in (None, "", "soon", "-1", "1.5", "1e3", "٣", "Mon, 23 Nov 2026 04:59:00 GMT", "Mon, 99 Nov 2026 05:00:00 GMT",
                       "Mon, 23 Nov 99999999 05:00:00 GMT", "0x10", "1 2"):
            self.assertIsNone(retry_after_seconds(header, NOW), header)
