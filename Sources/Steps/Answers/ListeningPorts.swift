/// The TCP ports on which something listens, as `/proc/net/tcp` and `/proc/net/tcp6` tell.
struct ListeningPorts: Sendable, Equatable {
    /// The port numbers.
    let ports: Set<Int>

    /// Reads lines such as `0: 0100007F:1F90 00000000:0000 0A ...`; state `0A` is listening.
    init(reading text: String) {
        var ports: Set<Int> = []
        for line in PhoneLines(text) {
            let words = line.split(separator: " ", maxSplits: 4)
            guard words.count >= 4, words[3] == "0A", let colon = words[1].lastIndex(of: ":") else { continue }
            if let port = Int(words[1][words[1].index(after: colon)...], radix: 16) { ports.insert(port) }
        }
        self.ports = ports
    }
}
