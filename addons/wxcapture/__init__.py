"""Capture files, in and out: HAR 1.2, mitmproxy's flow files and our own sessions.

    a file -> har_reader | flow_reader | session_calls -> Captured -> offline -> CallRecord
    a session -> session_calls -> har_entry -> har_writer -> a HAR

Readers give one call at a time: memory follows the largest call, not the file.
What a file does not show is said (``not_observable``), never taken for good.
"""
