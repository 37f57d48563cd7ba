import Farm
import Journal
import PlaybookLanguage

/// Deletes a server with its phones.
struct DeleteServer: ServerStepKind {
    static let manual = StepManual(
        "delete-server", "Delete a server of a cloud with all its phones and their data.",
        details: """
            Only servers that are paid by use can be deleted: one that is paid by the month or the year is refused, since its contract is ended \
            in the cloud's console and not by a call. Nothing brings a deleted server back. Each takes a call of its own, and a server that the \
            account does not have any more is left alone.
            """,
        targets: [.servers], arguments: [],
        class: .dataLoss, timeout: .seconds(3600),
        examples: ["delete-server:"])

    init(reading arguments: inout StepArguments) {}

    func summary(in scope: Scope?) -> String { "delete the server" }

    func need(on server: any ConnectedServer, context: StepContext) async throws -> Need {
        guard let profile = try await server.profile() else {
            return .nothing(because: "the account does not have it any more")
        }
        context.notes.leave(profile)
        return .work(because: "it is \(PhoneWords(profile.state).firstLine)")
    }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        let known = context.notes.take(ServerProfile.self)
        let profile = if let known { known as ServerProfile? } else { try await server.profile() }
        if profile?.contract == .period {
            return .failed(
                "paid-by-period", summary(in: context.scope),
                "it is paid by the month or the year, and the service deletes only servers that are paid by use",
                advice: "unsubscribe from it in the cloud's console under Billing Center, Unsubscriptions; "
                    + "there is no call for that, nor for renewing")
        }
        try await server.delete()
        return .changed()
    }
}
