import DroverTesting
import JSON
import Lanes
import Testing

@testable import Simulator

@Suite("Servers and phones of the simulated cloud that are changed and deleted", .timeLimit(.minutes(2)))
struct CloudHardwareTests {
    private static func deletion(_ ids: [String]) -> JSONValue { ["server_ids": CloudBench.list(ids)] }

    private static func path(_ bench: CloudBench, _ more: String = "") -> String {
        "/v2/\(bench.cloud.options.projectID)/cloud-phone/servers\(more)"
    }

    private static func server(_ bench: CloudBench, _ id: String) async throws -> JSONValue {
        try await bench.ask("GET", "servers/\(id)").json
    }

    private static func phones(_ bench: CloudBench, of server: String) async throws -> [String] {
        let listed = try await bench.ask("GET", "phones?server_id=\(server)").json["phones"]?.elements ?? []
        return listed.compactMap { $0["phone_id"]?.text }
    }

    @Test("servers that are paid by use go with their phones, by one job") func deleting() async throws {
        try await CloudBench.run {
            $0.isPaidByUse = true
            $0.durations = JobDurations(others: .zero, kinds: [.deleteServer: .seconds(30)])
        } _: { bench async throws in
            let answer = try await bench.ask("DELETE", Self.path(bench), Self.deletion([bench.servers[0]]))
            let job = try #require(answer.json["job_id"]?.text)
            #expect(answer.jobs == [])
            let command: JSONValue = [
                "command": "shell", "content": "id", "phone_ids": CloudBench.list([bench.phones[0]]),
            ]
            #expect(try await bench.ask("POST", "phones/commands", command).refusals == ["CPS.0141"])
            #expect(try await bench.ask("GET", "jobs/\(job)").json["status"] == 1)
            let again = try await bench.ask("DELETE", Self.path(bench), Self.deletion([bench.servers[0]]))
            #expect(again.code == "CPS.0099")
            try await bench.passTime(.seconds(30))
            let ended = try await bench.ask("GET", "jobs?request_id=\(answer.requestID)").jobs
            #expect(ended.count == 1 && ended[0].isSuccess && ended[0]["server_id"] == nil)
            #expect(try await bench.ask("GET", "servers/\(bench.servers[0])").code == "CPS.0156")
            #expect(try await bench.ask("GET", "phones/\(bench.phones[0])").code == "CPS.0005")
            #expect(try await bench.ask("GET", "phones").json["count"] == 2)
            #expect(try await bench.ask("GET", "encode-servers").json["encode_servers"]?.elements?.count == 1)
            // The other server is as it was.
            #expect(try await bench.command("shell", "id", [bench.phones[2]])[0].isSuccess)
        }
    }

    @Test("servers of a contract cannot be deleted by a call, nor more than 10, nor one twice") func keeping()
        async throws
    {
        try await CloudBench.run { bench async throws in
            let refused = { (ids: [String]) in
                try await bench.ask("DELETE", Self.path(bench), Self.deletion(ids)).code
            }
            #expect(try await refused(bench.servers) == "CPS.0056")
            #expect(try await refused([]) == "CPS.0095")
            #expect(try await refused((0..<11).map { SimulatedCloud.id(0, "x", $0) }) == "CPS.0096")
            #expect(try await refused(["x"]) == "CPS.0097")
            #expect(try await refused([SimulatedCloud.id(0, "x", 1)]) == "CPS.0156")
            #expect(try await refused([bench.servers[0], bench.servers[0]]) == "CPS.0094")
            #expect(try await bench.ask("GET", "servers").json["count"] == 2)
        }
    }

    @Test("work that waits for a server that is deleted fails, and the cloud goes on") func deletedMeanwhile()
        async throws
    {
        try await CloudBench.run {
            $0.isPaidByUse = true
            $0.durations = JobDurations(others: .seconds(60), kinds: [.deleteServer: .seconds(10)])
        } _: { bench async throws in
            let command: JSONValue = [
                "command": "shell", "content": "id", "phone_ids": CloudBench.list([bench.phones[0]]),
            ]
            let first = try await bench.ask("POST", "phones/commands", command)
            let second = try await bench.ask("POST", "phones/commands", command)
            _ = try await bench.ask("DELETE", Self.path(bench), Self.deletion([bench.servers[0]]))
            try await bench.passTime(.seconds(10))
            try await bench.passTime(.seconds(50))
            let jobs = try await bench.ask("GET", "jobs?request_ids=\(first.requestID)%2C\(second.requestID)").jobs
            #expect(jobs.map(\.code) == ["CPS.0005", "CPS.0156"])
        }
    }

    @Test("a server that is changed keeps name and id, and has other phones without data") func changing() async throws
    {
        try await CloudBench.run { bench async throws in
            let (server, phone) = (bench.servers[0], bench.phones[0])
            _ = await bench.shell(phone, "touch /data/local/tmp/lost")
            let before = try await Self.server(bench, server)
            let change = CloudBench.layout(["phone_model_name": .text(CloudCatalog.largePhoneModel)])
            let answer = try await bench.ask("POST", Self.path(bench, "/\(server)/change"), change)
            #expect(answer.json["server_id"]?.text == server)
            let job = try #require(answer.json["job_id"]?.text)
            await bench.cloud.finishJobs()
            #expect(try await bench.ask("GET", "jobs/\(job)").json.isSuccess)
            let after = try await Self.server(bench, server)
            #expect(after["server_name"] == before["server_name"] && after["status"] == 5)
            #expect(after["server_model_name"]?.text == CloudCatalog.largeServerModel)
            #expect(after["phone_model_name"]?.text == CloudCatalog.largePhoneModel)
            #expect(try await bench.ask("GET", "phones/\(phone)").code == "CPS.0005")
            let phones = try await Self.phones(bench, of: server)
            #expect(phones.count == 2)
            #expect(await bench.shell(phones[0], "ls /data/local/tmp") == "")
            let detail = try await bench.ask("GET", "phones/\(phones[0])").json
            #expect(detail["phone_data_volume"]?["volume_size"] == 92)
        }
    }

    @Test("a change needs room in the quota, and a server that is ready") func changeRefused() async throws {
        try await CloudBench.run {
            $0.serverQuota = 2
        } _: { bench async throws in
            let path = Self.path(bench, "/\(bench.servers[0])/change")
            #expect(try await bench.ask("POST", path, CloudBench.layout()).code == "CPS.0196")
            #expect(try await bench.ask("POST", Self.path(bench, "/x/change"), CloudBench.layout()).code == "CPS.0097")
            let wrong = CloudBench.layout(["image_id": "none"])
            #expect(try await bench.ask("POST", path, wrong).code == "CPS.0166")
        }
    }

    @Test("another specification comes after two minutes, without a job") func model() async throws {
        try await CloudBench.run { bench async throws in
            let server = bench.servers[0]
            let body = { (model: String, phones: String) -> JSONValue in
                ["server_id": .text(server), "server_model_name": .text(model), "phone_model_name": .text(phones)]
            }
            let path = "servers/change-server-model"
            let large = body(CloudCatalog.largeServerModel, CloudCatalog.largePhoneModel)
            let answer = try await bench.ask("POST", path, large)
            #expect(answer.status == 200 && answer.json["job_id"] == nil && answer.json["order_id"]?.text != nil)
            try await bench.passTime(.seconds(119))
            #expect(try await Self.server(bench, server)["server_model_name"]?.text == CloudCatalog.serverModel)
            try await bench.passTime(.seconds(1))
            let after = try await Self.server(bench, server)
            #expect(after["server_model_name"]?.text == CloudCatalog.largeServerModel)
            #expect(after["metadata"]?["order_id"] == answer.json["order_id"])
            #expect(try await Self.phones(bench, of: server).count == 2)
            let other = body("physical.kg1.4xlarge.cp", "kg1.cg.c4.d46")
            #expect(try await bench.ask("POST", path, other).code == "CPS.0089")
            let mixed = body(CloudCatalog.serverModel, CloudCatalog.largePhoneModel)
            #expect(try await bench.ask("POST", path, mixed).code == "CPS.0028")
        }
    }

    @Test("file systems are mounted and unmounted") func fileSystems() async throws {
        try await CloudBench.run { bench async throws in
            let id = bench.cloud.options.fileSystems[0]
            let body = { (change: [String: JSONValue]) -> JSONValue in
                .object(
                    ["type": "sfs_turbo", "id": .text(id), "server_ids": CloudBench.list(bench.servers)].merging(change)
                    { $1 })
            }
            let attach = "\(bench.project)/servers/attach-share-filesystem"
            let detach = "\(bench.project)/servers/detach-share-filesystem"
            #expect(try await bench.finish("POST", attach, body(["path": "/builds"])).filter { !$0.isSuccess } == [])
            #expect(await bench.cloud.fileSystems(ofServer: bench.servers[1]) == [id: "/builds"])
            #expect(try await bench.finish("POST", detach, body([:])).filter { !$0.isSuccess } == [])
            #expect(await bench.cloud.fileSystems(ofServer: bench.servers[1]) == [:])
            #expect(try await bench.finish("POST", detach, body([:])).map(\.code) == ["CPS.0137", "CPS.0137"])
            for (change, code) in [
                (["type": "nfs"], "CPS.0116"), (["id": "other"], "CPS.0086"), (["path": "a/../b"], "CPS.0199"),
                (["server_ids": []], "CPS.0095"), (["server_ids": ["x"]], "CPS.0097"),
                (["server_ids": CloudBench.list((0..<21).map { SimulatedCloud.id(0, "x", $0) })], "CPS.0096"),
            ] as [([String: JSONValue], String)] {
                #expect(try await bench.ask("POST", attach, body(change)).code == code)
            }
        }
    }

    @Test("traffic is led, and disks grow but never shrink") func disksAndTraffic() async throws {
        try await CloudBench.run { bench async throws in
            let phone = bench.phones[0]
            let traffic = { (type: String, ids: [String]) -> JSONValue in
                ["traffic_type": .text(type), "phone_ids": CloudBench.list(ids)]
            }
            #expect(
                try await bench.finish("POST", "phones-traffic", traffic("routing", [phone])).filter { !$0.isSuccess }
                    == [])
            #expect(try await bench.ask("GET", "phones/\(phone)").json["traffic_type"] == "routing")
            #expect(try await bench.ask("POST", "phones-traffic", traffic("round", [phone])).code == "CPS.0116")
            let many = (0..<101).map { SimulatedCloud.id(0, "x", $0) }
            #expect(try await bench.ask("POST", "phones-traffic", traffic("direct", many)).code == "CPS.0190")
            let expand = { (id: String, size: Int64) -> JSONValue in
                ["phones": [["phone_id": .text(id), "new_size": .integer(size)]]]
            }
            #expect(
                try await bench.finish("POST", "phones/expand-volume", expand(phone, 100)).filter { !$0.isSuccess }
                    == [])
            let detail = try await bench.ask("GET", "phones/\(phone)").json
            #expect(detail["phone_data_volume"]?["volume_size"] == 100)
            for (id, size, code) in [
                (phone, 99, "CPS.0077"), (phone, 32_768, "CPS.0077"), ("x", 100, "CPS.0004"),
            ] as [(String, Int64, String)] {
                #expect(
                    try await bench.ask("POST", "phones/expand-volume", expand(id, size)).refusals == [code])
            }
        }
    }
}
