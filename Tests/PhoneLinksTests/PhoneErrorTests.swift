import ADB
import Farm
import Testing

@testable import PhoneLinks

struct PhoneErrorTests {
    static let dialling: [(ADBError.Code, PhoneError.Code)] = [
        (.refused, .unreachable), (.noRoute, .unreachable), (.connectTimedOut, .unreachable), (.notADB, .notAPhone),
        (.protocolViolation, .notAPhone), (.tlsRequired, .unsupported), (.unauthorized, .unauthorized),
        (.noSuchPhone, .unreachable), (.phoneNotReady, .unreachable), (.lost, .unreachable), (.timedOut, .unreachable),
        (.localFailure, .unreachable),
    ]

    @Test("a link that cannot be made is never `lost`, and nothing was sent", arguments: dialling)
    func dials(code: ADBError.Code, expected: PhoneError.Code) {
        let error = PhoneError(dialling: ADBError(code, "connect to px-1", "because"), keys: .none)
        #expect(error.code == expected)
        #expect(!error.mayHaveBeenSent)
        #expect(error.description == "connect to px-1: because")
    }

    @Test(
        "a link that fails in use keeps whether the request may have been sent",
        arguments: [
            (.lost, .lost, true), (.lost, .lost, false), (.timedOut, .timedOut, true), (.closed, .lost, false),
            (.protocolViolation, .notAPhone, true), (.unsupported, .unsupported, false),
        ] as [(ADBError.Code, PhoneError.Code, Bool)])
    func uses(code: ADBError.Code, expected: PhoneError.Code, wasSent: Bool) {
        let error = PhoneError(using: ADBError(code, "push", "because", mayHaveBeenSent: wasSent))
        #expect(error.code == expected)
        #expect(error.mayHaveBeenSent == wasSent)
    }

    @Test func `without a key the advice says how to make one and where was searched`() {
        let ring = KeyRing([], searched: ["/home/ann/.android/adbkey"])
        let error = PhoneError(dialling: ADBError(.unauthorized, "connect to px-1", "no key"), keys: ring)
        #expect(error.advice?.contains("drover keys new") == true)
        #expect(error.advice?.contains("/home/ann/.android/adbkey") == true)
    }
}
