/// How connections are shared by the streams in them.
public struct TunnelLimits: Hashable, Sendable {
    /// Streams that one connection carries before another one is made to the same host; default 64.
    ///
    /// One connection is ciphered by one thread at both ends and shares one TCP window, so that it becomes the
    /// bottleneck of many phones that move bytes at once.
    public var streamsPerConnection = 64
    /// Connections of one lane to one host, however many streams there are; default 4.
    ///
    /// Those that are held up by a silent far end do not count, and may be as many again.
    public var connectionsPerHost = 4
    /// How long a stream may take to be opened before others go round it, by another connection; default 1 s.
    public var patience = Duration.seconds(1)
    /// How long a connection stays without a stream; default 15 s.
    ///
    /// Streams to an adb server come and go with every command.
    public var idle = Duration.seconds(15)
    /// How long a host is left alone after the first failure, doubled by each further one; default 250 ms.
    public var firstRest = Duration.milliseconds(250)
    /// The longest of these rests; default 4 s.
    public var longestRest = Duration.seconds(4)
    /// How long a host that refused us is not asked again; default 60 s.
    ///
    /// Whoever asks again and again with a wrong key is locked out.
    public var refusal = Duration.seconds(60)

    /// The defaults.
    public init() {}
}
