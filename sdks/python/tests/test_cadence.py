import unittest

from exemplar._cadence import Cadence


class TheCadence(unittest.TestCase):
    def test_moments_do_not_drift_however_long_each_heartbeat_takes(self):
        cadence, now, moments = Cadence(1000.0, 60.0), 1000.0, []
        for took in (0.4, 3.0, 59.9, 0.0, 12.5) * 200:
            now += took
            now += cadence.wait(now)
            moments.append(now)
        self.assertEqual(len(moments), 1000)
        for count, moment in enumerate(moments, start=1):
            self.assertAlmostEqual(moment, 1000.0 + 60.0 * count, places=6)

    def test_a_heartbeat_that_took_longer_than_the_interval_leaves_moments_out(self):
        cadence = Cadence(0.0, 10.0)
        self.assertEqual(cadence.wait(34.0), 6.0)
        self.assertEqual(cadence.wait(40.5), 9.5)

    def test_a_timer_that_rings_early_serves_no_moment_twice(self):
        cadence = Cadence(0.0, 10.0)
        self.assertEqual(cadence.wait(0.5), 9.5)
        self.assertAlmostEqual(cadence.wait(9.999), 10.001)

    def test_an_interval_that_binary_fractions_cannot_hold_beats_as_often_as_it_should(self):
        cadence, now = Cadence(0.0, 0.1), 0.0
        for _ in range(10_000):
            wait = cadence.wait(now)
            self.assertGreater(wait, 0.05)
            now += wait
        self.assertAlmostEqual(now, 1000.0, places=6)
