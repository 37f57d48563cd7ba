import CloudPhone
import Farm
import Lanes

/// Asks where the service's streaming clients reach phones: those who ask within a moment share calls of ten.
///
/// The answers hold tickets that let a client in; they go no further than this.
actor ConnectionQuestions {
    /// What the service says of one phone.
    enum Answer: Sendable {
        case success(ScreenConnection)
        case failure(ServiceFault)
    }

    private struct Member {
        let phone: String
        let waiter: Waiter<Answer>
    }

    /// The most phones of one call (Cloud Phone API, BatchShowPhoneConnectInfos).
    private static let mostPhones = 10

    private nonisolated let client: CloudClient
    private nonisolated let lane: Lane
    private var waiting: [ScreenClient: [Member]] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    init(_ client: CloudClient) {
        self.client = client
        lane = client.lane
    }

    /// Where a client reaches a phone.
    ///
    /// - Throws: `CloudError`, `CancellationError`.
    func answer(to wish: ScreenClient, for place: CloudPlace) async throws -> Answer {
        let member = Member(phone: place.phone, waiter: Waiter<Answer>())
        let isFirst = waiting[wish] == nil
        waiting[wish, default: []].append(member)
        if isFirst { Task(executorPreference: lane) { await self.ask(wish) } }
        return try await member.waiter.value()
    }

    private func ask(_ wish: ScreenClient) async {
        // Nobody cancels this task.
        try? await lane.sleep(for: Coalescer.quiet)
        let members = Dictionary(grouping: waiting.removeValue(forKey: wish) ?? [], by: \.phone)
        let phones = members.keys.sorted()
        for start in stride(from: 0, to: phones.count, by: Self.mostPhones) {
            let part = Array(phones[start..<min(start + Self.mostPhones, phones.count)])
            let answers = await answers(wish, of: part)
            for phone in part {
                for member in members[phone] ?? [] { member.waiter.resume(with: answers(phone)) }
            }
        }
    }

    private func answers(
        _ wish: ScreenClient, of phones: [String]
    ) async -> (String) -> Result<Answer, any Error> {
        let type = BatchShowPhoneConnectInfosOperation.ClientType(rawValue: wish.rawValue) ?? .android
        do {
            let told = try await client.send(
                BatchShowPhoneConnectInfosOperation(phoneIDs: phones, clientType: type))
            let places = Dictionary(told.connections.map { ($0.phoneID, $0) }) { first, _ in first }
            return { phone in
                if let place = places[phone] { return .success(.success(ScreenConnection(place))) }
                let silent = ServiceFault(
                    code: nil, message: "the service's answer does not name the phone", requestID: told.requestID)
                return .success(.failure(told.refusals[phone] ?? silent))
            }
        } catch {
            return { _ in .failure(error) }
        }
    }
}

extension ScreenConnection {
    fileprivate init(_ place: PhoneConnection) {
        self.init(
            publicAddress: place.publicAddress, serverAddress: place.serverAddress, ipv6Address: place.ipv6Address,
            port: place.port)
    }
}
