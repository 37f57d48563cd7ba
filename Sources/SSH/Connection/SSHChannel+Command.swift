import CSSH2

/// What only a channel that runs a command has: a second stream, signals, and a way to end.
extension SSHChannel {
    /// Lends what a command has said on its standard error; false when there will be no more.
    func readErrors(_ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            while isOpen {
                let count = fill(buffer, from: 1)
                guard count >= 0 else {
                    broke(count)
                    return true
                }
                guard count > 0 else { return false }
                body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
            return false
        }
    }

    /// Whether the host has said everything there is to say about the channel.
    var isClosedByHost: Bool {
        guard let pointer else { return true }
        return libssh2_channel_wait_closed(pointer) == 0
    }

    /// The exit code, and the signal's name without `SIG` if one ended the command; read once the host has closed.
    var exit: (status: Int, signal: String?) {
        guard let pointer else { return (-1, nil) }
        var name: UnsafeMutablePointer<CChar>?
        libssh2_channel_get_exit_signal(pointer, &name, nil, nil, nil, nil, nil)
        defer { if let name { libssh2_free(connection.session, name) } }
        return (Int(libssh2_channel_get_exit_status(pointer)), name.map { String(cString: $0) })
    }

    /// Sends a signal to what runs in the channel; false when the library cannot.
    func signal(_ name: String) -> Bool {
        guard isOpen, let pointer else { return false }
        let status = libssh2_channel_signal_ex(pointer, name, name.utf8.count)
        connection.advanceSoon()
        return status == 0
    }
}
