import CloudPhone
import Farm

/// What belongs to a server without being it: its tags, what was announced for it, its file systems, its account's images.
extension CloudServerLink {
    func tags() async throws -> [String: String] {
        try await inFarmWords("ask for the tags") {
            let told = try await session.client.send(ListResourceTagsOperation(serverID: server)).tags
            return Dictionary(told.map { ($0.key, $0.value) }) { _, last in last }
        }
    }

    func change(tags: [String: String], removing: [String: String]) async throws {
        let list = { (tags: [String: String]) in
            tags.sorted { $0.key < $1.key }.map { ResourceTag(key: $0.key, value: $0.value) }
        }
        try await inFarmWords("change the tags") {
            if !removing.isEmpty {
                _ = try await session.client.send(BatchDeleteTagsOperation(serverID: server, tags: list(removing)))
            }
            if !tags.isEmpty {
                _ = try await session.client.send(BatchCreateTagsOperation(serverID: server, tags: list(tags)))
            }
        }
    }

    func events() async throws -> [ServerEvent] {
        try await inFarmWords("ask for events") {
            try await session.client.all(ListScheduledEventsOperation(serverID: server)).map { event in
                ServerEvent(
                    id: event.id, type: event.type ?? "", state: event.state ?? "", notBefore: event.notBefore ?? "",
                    deadline: event.notBeforeDeadline ?? "", text: event.text ?? "")
            }
        }
    }

    func authorise(event id: String, as permission: EventPermission) async throws {
        let allowed: AuthorizeScheduledEventOperation.Permission =
            switch permission {
            case .maintenance(let time): .maintenance(notBefore: time)
            case .redeploy: .redeploy
            }
        _ = try await inFarmWords("authorise the event \(id)") {
            try await session.client.send(AuthorizeScheduledEventOperation(eventID: id, permission: allowed))
        }
    }

    func mount(fileSystem id: String, path: String?) async throws { try await ask(.mount(fileSystem: id, path: path)) }

    func unmount(fileSystem id: String) async throws { try await ask(.unmount(fileSystem: id)) }

    func images() async throws -> [AccountImage] {
        try await inFarmWords("list the images") { try await session.images.all(during: attempt) }
    }

    func change(image: ImageChange) async throws -> Bool {
        try await inFarmWords(image.words) { try await session.images.make(image, during: attempt) }
    }
}
