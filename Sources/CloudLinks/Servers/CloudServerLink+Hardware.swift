import CloudPhone
import Farm

/// What a server is: its contract, its specification, and that it is there at all.
extension CloudServerLink {
    func profile() async throws -> ServerProfile? {
        try await inFarmWords("ask what the server is") { try await listed() }.map { server in
            let contract: ServerProfile.Contract? =
                switch server.contract?.chargingMode {
                case 0: .period
                case 1: .use
                default: nil
                }
            return ServerProfile(
                model: server.modelName, phoneModel: server.phoneModelName.flatMap { $0.isEmpty ? nil : $0 },
                contract: contract, state: server.status.description)
        }
    }

    /// The server as lists have it; nil when the account does not have it.
    func listed() async throws -> ListedServer? {
        try await session.client.all(ListCloudPhoneServersOperation(serverID: server)).first { $0.id == server }
    }

    func delete() async throws { try await ask(.delete) }

    func rebuild(as layout: ServerLayout) async throws {
        let operation = "change the server"
        guard let listed = try await inFarmWords(operation, { try await listed() }) else {
            throw ServiceError(
                "no-server", operation: operation, reason: "the account does not have the server any more")
        }
        let call = ServerCall.rebuild(try ServerRebuild(layout, of: listed))
        do {
            try await ask(call)
        } catch let error as ServiceError where error.outcome == .unknown {
            // Whoever goes on with the run is not to lose the phones of the new hardware, too.
            throw ServiceError(
                ServiceError.unknownOutcome, operation: operation, reason: error.reason,
                advice: error.advice ?? "look at the server; a new run asks again", outcome: .unknown)
        }
    }

    func change(model: String, phones: String?, paysAtOnce: Bool) async throws -> String {
        try await ModelChange(link: self, model: model, phones: phones, paysAtOnce: paysAtOnce).run()
    }
}
