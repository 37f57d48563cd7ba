import Curl
import DroverTesting
import Lanes
import Secrets
import Signing
import Simulator
import Testing

@testable import ObjectStorage

@Suite struct `Refusals of stores` {
    @Test(arguments: Dialect.allCases)
    func `a wrong secret and an unknown key are told, and not repeated`(_ dialect: Dialect) async throws {
        try await StoreTest.run { test in
            let wrong = StoreKeys(id: StoreTest.keys.id, secret: "another-secret")
            let client = try test.client(dialect, keys: { _ in StoreTest.accessKeys(wrong) })
            let error = await storageError { try await client.list() }
            #expect(error?.code == .forbidden)
            #expect(error?.serviceCode == "SignatureDoesNotMatch")
            #expect(error?.requestID?.hasPrefix("0000019") == true)
            #expect(error?.status == 403)
            let unknown = StoreKeys(id: "AKNOBODY", secret: "another-secret")
            let asked = Tally()
            let stranger = try test.client(
                dialect,
                keys: { _ in
                    asked.add()
                    return StoreTest.accessKeys(unknown)
                })
            let second = await storageError { try await stranger.list() }
            #expect(second?.serviceCode == "InvalidAccessKeyId")
            // Once more, as others may have been given out meanwhile.
            #expect(asked.count == 2)
            let record = await test.server.record
            #expect(record.refusals == ["SignatureDoesNotMatch": 1, "InvalidAccessKeyId": 2])
            #expect("\(String(describing: error))\(String(describing: second))".contains("another-secret") == false)
        }
    }

    @Test(arguments: Dialect.allCases)
    func `temporary keys that have ended are renewed once`(_ dialect: Dialect) async throws {
        let old = StoreKeys(id: "AKTEMP1", secret: "temporary-1", token: "TOKEN-ONE", end: 1)
        let new = StoreKeys(id: "AKTEMP2", secret: "temporary-2", token: "TOKEN-TWO", end: .max)
        try await StoreTest.run({ $0.keys = [old, new] }) { test in
            let renewals = Tally()
            let client = try test.client(
                dialect,
                keys: { renewing in
                    if renewing { renewals.add() }
                    return StoreTest.accessKeys(renewals.count == 0 ? old : new)
                })
            let (path, bytes) = try test.file("file", size: 350_000)
            _ = try await client.put(.file(path: path), key: "big")
            #expect(try await test.bytes(of: "big", client) == bytes)
            #expect(renewals.count == 1)
            #expect(await test.server.record.refusals == ["ExpiredToken": 1])
        }
    }

    @Test(arguments: Dialect.allCases)
    func `a clock that is wrong is told with both times`(_ dialect: Dialect) async throws {
        let ours = 1_767_323_045
        try await StoreTest.run({ $0.seconds = { ours + 3600 } }) { test in
            let client = try test.client(dialect, policy: StoreTest.policy(seconds: { ours }))
            let error = await storageError { try await client.put(.bytes([1]), key: "a") }
            #expect(error?.code == .clockSkew)
            #expect(
                error?.advice
                    == "it is Fri, 02 Jan 2026 03:04:05 GMT here and Fri, 02 Jan 2026 04:04:05 GMT there; "
                    + "set this machine's clock")
        }
    }

    @Test(arguments: Dialect.allCases)
    func `a bucket of another region is named with it`(_ dialect: Dialect) async throws {
        try await StoreTest.run({ $0.buckets["far"] = "cn-south-1" }) { test in
            let client = try test.client(dialect, bucket: "far")
            for error in [
                await storageError { try await client.put(.bytes([1]), key: "a") },
                await storageError { try await client.bucketExists() },
                await storageError { try await client.get("a", into: .pieces { _ in }) },
            ] {
                #expect(error?.code == .wrongRegion)
                #expect(error?.reason == "the bucket far is in the region cn-south-1, and 127.0.0.1 was asked")
            }
            let other = try test.client(.aws4, region: "cn-south-1")
            let region = await storageError { try await other.list() }
            #expect(region?.code == .wrongRegion)
            #expect(region?.reason == "the bucket farm is in the region cn-north-4, and 127.0.0.1 was asked")
        }
    }

    @Test func `what is not there`() async throws {
        try await StoreTest.run { test in
            let client = try test.client()
            #expect(try await client.head("none") == nil)
            try await client.delete("none")
            let error = await storageError { try await client.get("none", into: .pieces { _ in }) }
            #expect(error?.code == .notFound)
            #expect(error?.serviceCode == "NoSuchKey")
            let nowhere = try test.client(bucket: "nowhere")
            #expect(try await nowhere.bucketExists() == false)
            let second = await storageError { try await nowhere.put(.bytes([1]), key: "a") }
            #expect(second?.serviceCode == "NoSuchBucket")
            #expect(try await client.bucketExists())
            #expect(try await client.bucketRegion() == "cn-north-4")
        }
    }

    @Test func `a body that is not the one that was signed for is refused, and repeated in vain`() async throws {
        try await StoreTest.run { test in
            let client = try test.client(policy: StoreTest.policy(attempts: 2))
            var call = StoreCall("put", "PUT", "a")
            call.fields = [.init("Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA==")]
            call.body = .bytes([1, 2, 3])
            let error = await storageError { try await client.ask(call) }
            #expect(error?.serviceCode == "BadDigest")
            call.fields = [.init("Content-MD5", "AAAA")]
            let second = await storageError { try await client.ask(call) }
            #expect(second?.serviceCode == "InvalidDigest")
            #expect(await test.server.record.refusals == ["BadDigest": 2, "InvalidDigest": 1])
            #expect(await test.server.keys(in: "farm").isEmpty)
            #expect(RepositoryFile.names(in: "\(test.folder.path)/store").isEmpty)
        }
    }

    @Test func `a redirection is never followed, wherever it leads`() async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(307, [("Location", "http://127.0.0.1:1/farm/a")], "")
        } _: { server in
            let client = try StoreTest.client(of: server)
            let error = await storageError { try await client.put(.bytes([1]), key: "a") }
            #expect(error?.code == .wrongRegion)
            #expect(await server.requests().count == 1)
        }
    }

    @Test(arguments: [
        "<html>busy</html>", "", "<ListBucketResult><Contents>", "<!DOCTYPE a [<!ENTITY b 'c'>]><ListBucketResult/>",
    ])
    func `an answer of success that is no list is told as such`(_ body: String) async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(200, body)
        } _: { server in
            let client = try StoreTest.client(of: server)
            let error = await storageError { try await client.list() }
            #expect(error?.code == .badAnswer)
            #expect(error?.isPassing == false)
        }
    }

    @Test func `a list that leads in circles ends`() async throws {
        let page = "<ListBucketResult><IsTruncated>true</IsTruncated><NextMarker>b</NextMarker></ListBucketResult>"
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(200, page)
        } _: { server in
            let client = try StoreTest.client(of: server)
            let error = await storageError { for try await _ in client.objects() {} }
            #expect(error?.code == .badAnswer)
            #expect(await server.requests().count == 2)
        }
    }

    @Test func `the messages, one line each`() async throws {
        let store = try StoreTest.store(host: "obs.cn-north-4.myhuaweicloud.com")
        func line(_ status: Int, _ code: String, _ message: String) async throws -> String {
            try await ScriptedHTTPServer.serving { _, line in
                line.answer(
                    status, [("x-obs-request-id", "0000018F"), ("Date", "Fri, 02 Jan 2026 09:04:05 GMT")],
                    "<Error><Code>\(code)</Code><Message>\(message)</Message></Error>")
            } _: { server in
                let policy = StoreTest.policy(attempts: 1, seconds: { 1_767_323_045 })
                let client = try StoreTest.client(of: server, policy: policy, store: store)
                return await storageError { try await client.put(.bytes([1]), key: "game.apk") }?.description ?? "-"
            }
        }
        var lines: [String] = []
        for (status, code, message) in [
            (403, "AccessDenied", "Access Denied"), (403, "SignatureDoesNotMatch", "The signature does not match."),
            (403, "InvalidAccessKeyId", "Unknown key."), (403, "ExpiredToken", "The token has expired."),
            (403, "RequestTimeTooSkewed", "Too far apart."), (403, "InArrearOrInsufficientBalance", "Overdue."),
            (403, "InsufficientStorageSpace", "Full."), (403, "VirtualHostDomainRequired", "Use the host."),
            (404, "NoSuchBucket", "No such bucket."), (301, "PermanentRedirect", "Elsewhere."),
            (400, "EntityTooLarge", "Too large."), (400, "KeyTooLongError", "Too long."),
            (409, "OperationAborted", "Conflict."),
            (500, "InternalError", "Try again."), (503, "SlowDown", "Reduce your rate."), (418, "", "\u{1B}[31mred"),
        ] { lines.append(try await line(status, code, message)) }
        expectGolden(lines.joined(separator: "\n") + "\n", "golden/storage/errors.txt")
    }
}
