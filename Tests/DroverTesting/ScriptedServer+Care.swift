public import Farm

/// What is noted as `profile`, `resize MODEL to PHONES paid`, `rebuild MODEL IMAGE`, `delete`, `tags`, `tag a=1 without b=2`,
/// `events`, `authorise ID as redeploy`, `attach ID at /a`, `detach ID`, `images` and `image share(…)`.
extension ScriptedServer {
    /// Notes it, and gives the script's.
    public func profile() async throws -> ServerProfile? {
        try note("profile")
        return script.profile
    }

    /// Notes it, and gives a number.
    public func change(model: String, phones: String?, paysAtOnce: Bool) async throws -> String {
        try note("resize \(model) to \(phones ?? "any phones") \(paysAtOnce ? "paid" : "unpaid")")
        return "CS2600000001"
    }

    /// Notes it.
    public func rebuild(as layout: ServerLayout) async throws {
        let disk = layout.diskGigabytes.map { ", \($0) GiB" } ?? ""
        try note("rebuild \(layout.phoneModel) \(layout.image), \(layout.address), \(layout.bandwidth)\(disk)")
    }

    /// Notes it.
    public func delete() async throws { try note("delete") }

    /// Notes it, and gives the script's.
    public func tags() async throws -> [String: String] {
        try note("tags")
        return script.tags
    }

    /// Notes both, sorted by their keys.
    public func change(tags: [String: String], removing: [String: String]) async throws {
        let words = { (tags: [String: String]) in
            tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        }
        try note("tag \(words(tags)) without \(words(removing))")
    }

    /// Notes it, and gives the script's.
    public func events() async throws -> [ServerEvent] {
        try note("events")
        return script.events
    }

    /// Notes it.
    public func authorise(event id: String, as permission: EventPermission) async throws {
        switch permission {
        case .maintenance(let time): try note("authorise \(id) as maintenance \(time ?? "now")")
        case .redeploy: try note("authorise \(id) as redeploy")
        }
    }

    /// Notes it.
    public func mount(fileSystem id: String, path: String?) async throws { try note("attach \(id) at \(path ?? "/")") }

    /// Notes it.
    public func unmount(fileSystem id: String) async throws { try note("detach \(id)") }

    /// Notes it, and gives the script's.
    public func images() async throws -> [AccountImage] {
        try note("images")
        return script.images
    }

    /// Notes it, and says what the script says.
    public func change(image: ImageChange) async throws -> Bool {
        try note("image \(image)")
        return script.changesImages
    }
}
