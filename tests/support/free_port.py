"""A port for a program that is to have it again when it is started anew.

One that the system picks may be gone by then: it gives the same ones to whoever connects to anywhere, as long as they are
not listened on. So it is one below those (net.ipv4.ip_local_port_range begins at 32768).
"""

import random
import socket

chance = random.SystemRandom()


def free_port(host="127.0.0.1"):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        port = chance.randrange(20_000, 32_000)
        with socket.socket(family) as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
