import JSON

/// Something that the service announced to do to a server; confined to the cloud's lane.
final class CloudEvent {
    /// What is announced.
    enum Kind: String, Sendable {
        case diskRecovery = "localdisk-recovery"
        case maintenance = "system-maintenance"
    }

    /// How far it is.
    enum State: String {
        case inquiring, scheduled, executing, completed, failed, canceled
    }

    let id: String
    let serverID: String
    let kind: Kind
    var state = State.inquiring
    /// `maintenance` or `redeploy`, once somebody has authorised it.
    var authorization: String?
    let published: Int64
    var began: Int64?
    var ended: Int64?
    var notBefore: Int64
    let deadline: Int64

    init(id: String, serverID: String, kind: Kind, published: Int64, deadline: Int64) {
        self.id = id
        self.serverID = serverID
        self.kind = kind
        self.published = published
        self.deadline = deadline
        notBefore = deadline
    }

    /// What is told of it (Cloud Phone API, nested objects).
    func json(_ server: CloudServer?) -> JSONValue {
        let time = { (seconds: Int64?) -> JSONValue in .text(seconds.map { CloudTime.text($0) } ?? "") }
        return [
            "event_id": .text(id), "server_id": .text(serverID), "server_name": .text(server?.name ?? ""),
            "server_model_name": .text(server?.model ?? ""), "server_state": .integer(Int64(server?.status ?? 10)),
            "type": .text(kind.rawValue), "authorization_type": .text(authorization ?? ""),
            "state": .text(state.rawValue), "publish_time": time(published), "start_time": time(began),
            "finish_time": time(ended), "not_before": time(notBefore), "not_after": time(notBefore + 3600),
            "not_before_deadline": time(deadline),
            "description": .text(kind == .diskRecovery ? "A local disk is replaced." : "The host is maintained."),
        ]
    }
}
