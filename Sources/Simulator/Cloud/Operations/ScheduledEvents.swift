import JSON
import Lanes

/// ListScheduledEvents, AuthorizeScheduledEvent and UpdateScheduledEvent.
extension SimulatedCloud {
    func listEvents(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let states = try list(call, "state") { CloudEvent.State(rawValue: $0) != nil }
        let kinds = try list(call, "type") { CloudEvent.Kind(rawValue: $0) != nil }
        let since = try time(call.head.parameter("publish_since"), "publish_since")
        let until = try time(call.head.parameter("publish_until"), "publish_until")
        let found = events.filter { event in
            (call.head.parameter("event_id").map { $0 == event.id } ?? true)
                && (call.head.parameter("server_id").map { $0 == event.serverID } ?? true)
                && (states.isEmpty || states.contains(event.state.rawValue))
                && (kinds.isEmpty || kinds.contains(event.kind.rawValue))
                && (since.map { event.published >= $0 } ?? true) && (until.map { event.published <= $0 } ?? true)
        }
        let (part, next) = try call.page(found, most: 100, usual: 10) { $0.id }
        return CloudAnswer([
            "count": .integer(Int64(found.count)), "page_info": Self.pageInfo(next),
            "scheduled_events": .array(part.map { $0.json(serverTable[$0.serverID]) }),
        ])
    }

    private func list(
        _ call: CloudCall, _ name: String, _ isRight: (String) -> Bool
    ) throws(CloudRefusal) -> [String] {
        let words = (call.head.parameter(name) ?? "").split(separator: ",").map(String.init)
        guard words.allSatisfy(isRight) else { throw .parameter(name == "state" ? 10 : 116, name) }
        return words
    }

    func authorizeEvent(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let event = try event(call.path["event_id"])
        let word = call.body["authorization_type"]?.text
        guard let word, ["maintenance", "redeploy"].contains(word) else {
            throw .parameter(116, "authorization_type")
        }
        guard event.state == .inquiring else { throw .parameter(10, "state") }
        let wish = try ServerOrderBody.text(call.body, "not_before", orElse: 174)
        guard word == "maintenance" || wish == nil else { throw .parameter(174, "not_before") }
        let start = try begin(of: event, wish)
        event.authorization = word
        plan(event, at: start)
        return CloudAnswer()
    }

    func updateEvent(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let event = try event(call.path["event_id"])
        guard event.state == .scheduled else { throw .parameter(10, "state") }
        let start = try begin(of: event, try call.text("not_before", orElse: 174))
        plan(event, at: start)
        return CloudAnswer()
    }

    private func event(_ id: String?) throws(CloudRefusal) -> CloudEvent {
        guard let event = events.first(where: { $0.id == id }) else {
            throw .cps(17, "The event does not exist.")
        }
        return event
    }

    /// When an event begins: now, or more than 5 minutes ahead and not too late; nil for now.
    private func begin(of event: CloudEvent, _ wish: String?) throws(CloudRefusal) -> Int64? {
        guard let wish, !wish.isEmpty else { return nil }
        guard let start = try time(wish, "not_before"), start > seconds + 300, start <= event.deadline else {
            throw .parameter(174, "not_before")
        }
        return start
    }

    private func time(_ text: String?, _ name: String) throws(CloudRefusal) -> Int64? {
        guard let text, !text.isEmpty else { return nil }
        guard let seconds = CloudTime.seconds(of: text) else { throw .parameter(174, name) }
        return seconds
    }

    // MARK: Doing

    private func plan(_ event: CloudEvent, at start: Int64?) {
        event.state = .scheduled
        event.notBefore = start ?? seconds
        let id = event.id
        schedule("event-\(id)", after: .seconds(max(0, event.notBefore - seconds))) { [weak self] in
            await self?.execute(id)
        }
    }

    private func execute(_ id: String) async {
        guard let event = events.first(where: { $0.id == id }), event.state == .scheduled else { return }
        event.state = .executing
        event.began = seconds
        let server = serverTable[event.serverID]
        server?.status = 13
        for phone in server?.phones ?? [] where phone.status == .running { phone.status = .restarting }
        if options.eventDuration > .zero {
            do { try await lane.sleep(for: options.eventDuration) } catch { return }
        }
        for phone in server?.phones ?? [] where phone.status == .restarting {
            // Elsewhere there is nothing of what they had.
            if event.authorization == "redeploy" {
                await phone.phone.switchOff()
                await phone.phone.wipe()
                await phone.phone.show(phone.server.shelf.entries)
            }
            await restart(phone)
        }
        server?.status = 5
        event.state = .completed
        event.ended = seconds
    }

    /// Announces something to the account.
    ///
    /// - Parameter deadline: How long the account may put it off.
    /// - Returns: The event's id.
    @discardableResult
    public func publishEvent(
        isDiskRecovery: Bool = false, onServer id: String, deadline: Duration = .seconds(7 * 24 * 3600)
    ) -> String {
        let event = CloudEvent(
            id: makeID(), serverID: id, kind: isDiskRecovery ? .diskRecovery : .maintenance, published: seconds,
            deadline: seconds + deadline.wholeNanoseconds / 1_000_000_000)
        events.append(event)
        return event.id
    }
}
