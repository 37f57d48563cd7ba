import Glibc

/// What the kernel is told about a TCP connection.
enum TCPOptions {
    /// Small answers must not wait for Nagle, and a phone that vanished without a word must be noticed by the kernel.
    static func tune(_ descriptor: CInt) {
        let tcp = CInt(IPPROTO_TCP)
        set(descriptor, tcp, TCP_NODELAY, 1)
        set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
        set(descriptor, tcp, TCP_KEEPIDLE, 10)
        set(descriptor, tcp, TCP_KEEPINTVL, 5)
        set(descriptor, tcp, TCP_KEEPCNT, 4)
    }

    /// Acknowledges what has come at once; the kernel forgets it, so that it is told after every read.
    static func acknowledgeQuickly(_ descriptor: CInt) { set(descriptor, CInt(IPPROTO_TCP), TCP_QUICKACK, 1) }

    /// Has the next close end it with a reset.
    static func resetWhenClosed(_ descriptor: CInt) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// How an attempt to connect ended: 0, or the system's error.
    static func outcomeOfConnecting(_ descriptor: CInt) -> CInt {
        var error: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
        return error
    }

    private static func set(_ descriptor: CInt, _ level: CInt, _ option: CInt, _ value: CInt) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }
}
