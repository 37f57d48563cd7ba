import CloudPhone
import Farm

/// What is set on a phone from outside: the way of its traffic, the size of its disk, and where its screen is shown.
extension CloudPhoneLink {
    func trafficRoute() async throws -> TrafficRoute? {
        let phones = try await inFarmWords("ask for the way of the traffic") {
            try await session.states.phones(of: place.server)
        }
        return phones.first { $0.id == place.phone }?.trafficType.flatMap(TrafficRoute.init)
    }

    func route(traffic: TrafficRoute) async throws { try await set(.traffic(isRouted: traffic == .routing)) }

    func diskGigabytes(before size: Int) async throws -> Int? {
        try await inFarmWords("ask for the size of the disk") {
            // Phones are asked one by one, and are to be changed together.
            try await session.calls.leading(to: .expandDisk(gigabytes: size)) {
                try await session.client.send(ShowCloudPhoneDetailOperation(phoneID: place.phone)).volumeSize
            }
        }
    }

    func expandDisk(to size: Int) async throws { try await set(.expandDisk(gigabytes: size)) }

    func connection(for client: ScreenClient) async throws -> ScreenConnection {
        let operation = "ask where \(client.rawValue) reaches the phone"
        let answer = try await inFarmWords(operation) { try await session.connections.answer(to: client, for: place) }
        switch answer {
        case .success(let connection): return connection
        case .failure(let fault) where fault.code == "CPS.0141": throw PhoneError.notRunning(fault, operation)
        case .failure(let fault): throw ServiceError(fault, operation)
        }
    }

    private func set(_ call: BatchCall) async throws {
        if case .failed(let fault, let output) = try await answer(to: call, call.words) {
            throw ServiceError(fault, saying: output, call.words)
        }
    }
}
