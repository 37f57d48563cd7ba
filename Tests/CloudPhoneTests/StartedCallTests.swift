import CloudPhone
import DroverTesting
import JSON
import Testing

@Suite("Answers that start jobs", .timeLimit(.minutes(1)))
struct StartedCallTests {
    private static let ids = (0..<5).map { SampleID.numbered($0) }

    private func answer(_ text: String) async throws -> StartedCall {
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(200, [("X-Request-Id", "from-the-header")], text)
        } _: { server in
            try await server.client().send(StopCloudPhoneOperation(phoneIDs: Self.ids))
        }
    }

    @Test func `each phone gets its job or its refusal`() async throws {
        let call = try await answer(
            """
            {"request_id":"r1","jobs":[
              {"phone_id":"\(Self.ids[0])","job_id":"j0"},
              {"phone_id":"\(Self.ids[1])","error_code":"CPS.0004","error_msg":"Parameter: phone_id is invalid."},
              {"phone_id":"\(Self.ids[2])","job_id":null,"error_code":null},
              {"phone_id":"\(Self.ids[0])","job_id":"j9"},
              {"phone_id":"foreign","job_id":"j7"},
              {"job_id":"j8"}]}
            """)
        let matched = call.matched(to: Self.ids)
        #expect(matched.outcomes[Self.ids[0]] == .started(jobID: "j0"))
        #expect(
            matched.outcomes[Self.ids[1]]
                == .refused(ServiceFault(code: "CPS.0004", message: "Parameter: phone_id is invalid.", requestID: "r1"))
        )
        #expect(
            matched.outcomes[Self.ids[2]]
                == .refused(
                    ServiceFault(
                        code: nil, message: "the service named neither a job nor an error for it", requestID: "r1")))
        #expect(matched.missing == [Self.ids[3], Self.ids[4]])
        #expect(matched.foreign.map(\.subject.id) == ["foreign", ""])
        #expect(matched.repeated.map(\.jobID) == ["j9"])
        #expect(WatchedCall(call, kind: .power).jobIDs == ["j0", "j9", "j7", "j8"])
    }

    @Test func `a job counts more than a refusal of the same phone`() async throws {
        let call = try await answer(
            #"{"jobs":[{"phone_id":"\#(Self.ids[0])","error_code":"CPS.0042"},{"phone_id":"\#(Self.ids[0])","job_id":"j"}]}"#
        )
        #expect(call.matched(to: Self.ids).outcomes[Self.ids[0]] == .started(jobID: "j"))
        #expect(call.requestID == "from-the-header")
    }

    @Test func `a synchronous answer tells line faults from service faults`() async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.answer([
                "request_id": "r",
                "jobs": [
                    ["phone_id": "a", "status": 2, "error_code": "", "execute_msg": "14"],
                    [
                        "phone_id": "b", "status": -1, "error_code": "CPS.0191", "error_msg": "Run command failed.",
                        "execute_msg": "ls: no",
                    ],
                    ["phone_id": "c", "error_code": "CPS.0141", "error_msg": "not running"],
                    ["phone_id": "d", "status": 1],
                ],
            ])
        } _: { server in
            let operation = RunSyncCommandOperation(line: "ls", targets: .phones([SampleID.numbered(1)]))
            let results = try await server.client().send(operation).results
            #expect(results.map(\.status) == [.success, .failed, .failed, .running])
            #expect(results.map(\.fault?.code) == [nil, nil, "CPS.0141", nil])
            #expect(results[1].fault?.message == "Run command failed.")
            #expect(results[1].output?.text == "ls: no")
            #expect(results[3].fault == nil)
        }
    }
}
