import ADB
import Farm
import Lanes

/// The way of ADB to a phone whose address its cloud tells.
struct CloudADB: Sendable {
    let phone: Phone
    let place: CloudPlace
    let access: CloudServer.ADBAccess
    let clouds: any CloudDialing

    /// Connects to the address that the cloud tells; where that leads nowhere, the cloud is asked once more.
    ///
    /// - Parameter connect: Makes a link by a way that names an address.
    /// - Throws: What `connect` throws; `PhoneError` when the cloud does not tell an address; `CancellationError`.
    func link(
        _ connect: (WayIn) async throws -> any ADBConnection
    ) async throws -> any ADBConnection {
        let server = phone.server ?? place.server
        let first = try await address(insteadOf: nil)
        do {
            return try await connect(try first.way(by: access, of: server))
        } catch let error where Self.mayBeElsewhere(error) {
            let second = try await address(insteadOf: first)
            guard second != first else { throw error }
            return try await connect(try second.way(by: access, of: server))
        }
    }

    private func address(insteadOf failed: CloudADBAddress?) async throws -> CloudADBAddress {
        do {
            return try await clouds.adbAddress(of: place, insteadOf: failed)
        } catch let error as ServiceError {
            throw PhoneError(
                .unsupported, operation: error.operation, reason: error.reason, advice: error.advice,
                mayHaveBeenSent: false)
        }
    }

    /// Whether a failure may mean that the phone has moved; one that refuses our key is where it should be.
    private static func mayBeElsewhere(_ error: any Error) -> Bool {
        switch error {
        case let error as ADBError:
            switch error.code {
            case .unauthorized, .tlsRequired, .unsupported, .localFailure: false
            default: true
            }
        case let error as PhoneError:
            error.code == .unreachable || error.code == .timedOut || error.code == .lost || error.code == .notAPhone
        default: error is NameNotFound
        }
    }
}
