"""Opens connections, uses each once, and holds them idle until it is ended.

    hold_connections.py PORT COUNT FILE      FILE is made when all of them are idle
"""
import socket
import sys
import time

CALL = b"POST /in/crm HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1"


def main():
    port, count, done = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    held = []
    for _ in range(count):
        each = socket.create_connection(("127.0.0.1", port))
        each.sendall(CALL)
        held.append(each)
    for each in held:
        if not each.recv(4096).startswith(b"HTTP/1.1 202"):
            sys.exit("a connection was refused")
    open(done, "w").close()
    time.sleep(3600)


main()
