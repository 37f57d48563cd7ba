import Farm

/// What tells one boot of a phone from the next.
struct BootMark: Sendable, Equatable {
    /// The kernel's random word for this boot.
    let id: String?
    /// Seconds since the kernel started.
    let uptime: Double?

    /// Asks the phone.
    static func read(from phone: any ConnectedPhone) async throws -> Self {
        let id = try await phone.run("cat /proc/sys/kernel/random/boot_id")
        if id.exit == 0 || id.exit == nil, id.text.utf8.count == 36 { return Self(id: id.text, uptime: nil) }
        let uptime = try await phone.run("cat /proc/uptime")
        return Self(id: nil, uptime: uptime.text.split(separator: " ").first.flatMap { Double($0) })
    }

    /// Whether this is another boot; a phone that tells neither mark is believed, since its link was lost in between.
    func isLater(than before: Self) -> Bool {
        if let id, let old = before.id { return id != old }
        if let uptime, let old = before.uptime { return uptime < old }
        return true
    }
}
