/// The signals that phones' shells know, by number.
enum PhoneSignal {
    static let kill: Int32 = 9
    static let terminate: Int32 = 15
    /// What `trap` calls `EXIT`, which is no signal.
    static let exit: Int32 = 0

    private static let numbers: [String: Int32] = [
        "EXIT": exit, "HUP": 1, "INT": 2, "QUIT": 3, "ABRT": 6, "KILL": kill, "USR1": 10, "SEGV": 11, "USR2": 12,
        "PIPE": 13, "ALRM": 14, "TERM": terminate, "CHLD": 17, "CONT": 18, "STOP": 19,
    ]
    /// Those that end nobody who has not asked for them.
    static let harmless: Set<Int32> = [17, 18]

    /// The number of `TERM`, `SIGTERM` or `15`.
    static func number(_ word: String) -> Int32? {
        if let number = Int32(word) { return (0...64).contains(number) ? number : nil }
        let name = word.uppercased()
        return numbers[name.hasPrefix("SIG") ? String(name.dropFirst(3)) : name]
    }
}
