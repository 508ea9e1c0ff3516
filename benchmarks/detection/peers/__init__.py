"""Detectors to be beaten, each tuned on the tuning seeds: `measure.measure()` runs them all.

scikit-learn and river are extras of the benchmark; without them their peers say why they are skipped.
"""

from benchmarks.detection.peers import canary, half_space, isolation, robust_z
from benchmarks.detection.peers.ground import Peer
from benchmarks.detection.peers.rain import gated

PEERS: dict[str, Peer] = {
    peer.name: gated(peer)
    for peer in (robust_z.PEER, canary.LPCF, canary.MVNN, isolation.PEER, half_space.PEER)
}
