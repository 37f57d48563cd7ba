import JSON
import Lanes
import Testing

@testable import Simulator

@Suite("What the simulated cloud lists") struct CloudListTests {
    @Test("phones come in pages, the newest first, and by filters") func phones() async throws {
        try await CloudBench.run {
            $0.servers = 3
            $0.phonesPerServer = 70
        } _: { bench async throws in
            var ids: [String] = []
            for offset in [0, 200] {
                let page = try await bench.ask("GET", "phones?limit=200&offset=\(offset)")
                #expect(page.json["count"]?.integer == 210)
                ids += (page.json["phones"]?.elements ?? []).compactMap { $0["phone_id"]?.text }
            }
            #expect(ids == bench.phones.reversed())
            let usual = try await bench.ask("GET", "phones")
            #expect(usual.json["phones"]?.elements?.count == 100)
            let ofServer = try await bench.ask("GET", "phones?server_id=\(bench.servers[1])&limit=200")
            #expect(ofServer.json["count"]?.integer == 70)
            let named = try await bench.ask("GET", "phones?phone_name=server-002-0000")
            #expect(named.json["count"]?.integer == 9)
            #expect(try await bench.ask("GET", "phones?status=8").json["count"]?.integer == 0)
            for query in ["limit=0", "limit=201", "offset=-1", "limit=x"] {
                #expect(try await bench.ask("GET", "phones?\(query)").code == "CPS.0002")
            }
        }
    }

    @Test("encode services tell of a port only where there is one, and restart") func encoders() async throws {
        try await CloudBench.run {
            $0.encodersPerServer = 2
            $0.encoderAddress = .loopback(port: 2222)
        } _: { bench async throws in
            let list = { (query: String) in
                try await bench.ask("GET", "encode-servers?\(query)").json["encode_servers"]?.elements ?? []
            }
            let found = try await list("server_id=\(bench.servers[1])&type=1&status=1")
            #expect(found.count == 2)
            #expect(found[0]["access_infos"]?.elements?[0]["access_port"]?.integer == 2222)
            let nobody = String(repeating: "0", count: 32)
            let ids = CloudBench.list(["x", nobody] + found.compactMap { $0["encode_server_id"]?.text })
            let answer = try await bench.ask("POST", "encode-servers/batch-restart", ["encode_server_ids": ids])
            #expect(answer.refusals == ["CPS.0121", "CPS.0123"])
            await bench.cloud.finishJobs()
            let jobs = try await bench.ask("GET", "jobs?request_id=\(answer.requestID)").jobs
            #expect(jobs.map(\.isSuccess) == [true, true])
            #expect(try await list("status=3").isEmpty)
        }
    }

    @Test("names, key pairs and bandwidths are changed within their rules") func changes() async throws {
        try await CloudBench.run { bench async throws in
            let server = bench.servers[0]
            let rename = { (name: String) in
                try await bench.ask("PUT", "servers/\(server)", ["server_name": .text(name)]).code
            }
            #expect(try await rename("a b") == "CPS.0087")
            #expect(try await rename(String(repeating: "手", count: 61)) == "CPS.0087")
            #expect(try await rename(String(repeating: "手", count: 60)) == nil)
            let entries: JSONValue = [
                ["server_id": .text(server), "keypair_name": "none"], ["server_id": "x", "keypair_name": "farm-key"],
                ["server_id": .text(bench.servers[1]), "keypair_name": ""],
            ]
            let pairs = try await bench.ask("PUT", "servers/open-access", ["servers": entries])
            #expect(pairs.refusals == ["CPS.0067", "CPS.0097", "CPS.0068"])
            let band = try #require(
                try await bench.ask("GET", "bandwidths").json["band_widths"]?.elements?[0]["band_width_id"]?.text)
            let size = { (size: Int64) in
                try await bench.ask("PUT", "bandwidths/\(band)", ["band_width_size": .integer(size)]).code
            }
            #expect(try await [size(1), size(350), size(1500)] == [nil, nil, nil])
            #expect(try await [size(0), size(301), size(1001)] == ["CPS.0036", "CPS.0036", "CPS.0036"])
        }
    }

    @Test("ids that are none, and ids of nobody, are told apart") func ids() async throws {
        try await CloudBench.run { bench async throws in
            let nobody = String(repeating: "0", count: 32)
            for (path, status, code) in [
                ("phones/x", 400, "CPS.0004"), ("phones/\(nobody)", 404, "CPS.0005"), ("servers/x", 400, "CPS.0097"),
                ("servers/\(nobody)", 400, "CPS.0156"), ("jobs/\(nobody)", 404, "CPS.0011"),
                ("jobs?request_id=\(nobody)", 400, "CPS.0050"), ("jobs", 400, "CPS.0049"),
                ("jobs?request_ids=\(Array(repeating: nobody, count: 21).joined(separator: ","))", 400, "CPS.0161"),
            ] {
                let answer = try await bench.ask("GET", path)
                #expect(answer.status == status && answer.code == code, "\(path)")
            }
        }
    }

    @Test("jobs of several calls come in pages, request_ids before request_id") func jobs() async throws {
        try await CloudBench.run {
            $0.phonesPerServer = 60
        } _: { bench async throws in
            var requests: [String] = []
            for content in ["true", "false"] {
                let body: JSONValue = [
                    "command": "shell", "content": .text(content), "server_ids": CloudBench.list(bench.servers),
                ]
                let answer = try await bench.ask("POST", "phones/commands", body)
                #expect(answer.jobs.count == 120)
                requests.append(answer.requestID)
            }
            await bench.cloud.finishJobs()
            var statuses: [Int64] = []
            for offset in [0, 100, 200] {
                let ids = requests.joined(separator: "%2C")
                let path = "jobs?request_id=x&request_ids=\(ids)&offset=\(offset)"
                statuses += try await bench.ask("GET", path).jobs.compactMap { $0["status"]?.integer }
            }
            #expect(statuses == Array(repeating: 2, count: 120) + Array(repeating: -1, count: 120))
        }
    }

    @Test("servers show their shared storage only where there is some") func servers() async throws {
        for isShared in [true, false] {
            try await CloudBench.run {
                $0.hasSharedStorage = isShared
            } _: { bench async throws in
                let detail = try await bench.ask("GET", "servers/\(bench.servers[0])")
                #expect((detail.json["share_volume_info"] != nil) == isShared)
                let models = try await bench.ask("GET", "phone-models?status=1").json["phone_models"]?.elements
                #expect((models?.first?["extend_spec"]?.text?.contains("max_share_disk_size_g")) == isShared)
                let push: JSONValue = [
                    "bucket_name": "farm", "object_path": "a.tar", "server_ids": CloudBench.list(bench.servers),
                ]
                let refusals = try await bench.ask("POST", "phones/share-files", push).refusals
                #expect(refusals == (isShared ? [] : ["CPS.0137", "CPS.0137"]))
            }
        }
    }

    @Test("tags are set, found and taken away, with empty answers") func tags() async throws {
        try await CloudBench.run { bench async throws in
            let place = "\(bench.project)/cph-server/\(bench.servers[0])/tags"
            let tags: JSONValue = [["key": "team", "value": "qa"], ["key": "zone", "value": "b"]]
            let created = try await bench.ask("POST", "\(place)/action", ["action": "create", "tags": tags])
            #expect(created.status == 204 && created.json == .null)
            #expect(try await bench.ask("GET", place).json["tags"] == tags)
            let find = { (filter: JSONValue) in
                let body: JSONValue = ["action": "count", "tags": filter]
                let path = "\(bench.project)/cph-server/resource_instances/action"
                return try await bench.ask("POST", path, body).json["total_count"]?.integer
            }
            #expect(try await find([["key": "team", "values": ["qa", "dev"]]]) == 1)
            #expect(try await find([["key": "team", "values": ["dev"]]]) == 0)
            let deleted = try await bench.ask("POST", "\(place)/action", ["action": "delete", "tags": tags])
            #expect(deleted.status == 204)
            #expect(try await bench.ask("GET", place).json["tags"] == [])
        }
    }

    @Test("questions about tags are read strictly, and paged by texts") func tagQuestions() async throws {
        try await CloudBench.run { bench async throws in
            let ask = { (body: [String: JSONValue]) async throws -> CloudBench.Answer in
                let path = "\(bench.project)/cph-server/resource_instances/action"
                return try await bench.ask(
                    "POST", path, .object(["action": "filter"].merging(body) { $1 }))
            }
            let ids = { (answer: CloudBench.Answer) in
                (answer.json["resources"]?.elements ?? []).compactMap { $0["resource_id"]?.text }
            }
            #expect(ids(try await ask(["limit": "1"])) == [bench.servers[0]])
            #expect(ids(try await ask(["limit": "1", "offset": "1"])) == [bench.servers[1]])
            #expect(try await ask(["limit": "1"]).json["total_count"] == 2)
            let counted = try await ask(["action": "count"])
            #expect(counted.json["total_count"] == 2 && counted.json["resources"] == nil)
            let name = await bench.cloud.serverNames[1]
            #expect(
                ids(try await ask(["matches": [["key": "resource_name", "value": .text(name)]]])) == [bench.servers[1]])
            #expect(ids(try await ask(["matches": [["key": "resource_name", "value": "server"]]])) == [])
            #expect(ids(try await ask(["without_any_tag": true])) == bench.servers)
            let tag: JSONValue = ["key": "a", "values": ["b"]]
            for (body, code) in [
                (["action": "list"], "CPS.0047"), (["limit": 1], "CPS.0002"), (["limit": "1001"], "CPS.0002"),
                (["offset": "-1"], "CPS.0002"), (["without_any_tag": "true"], "CPS.0002"),
                (["tags": [tag, tag]], "CPS.0002"), (["tags": [["key": "", "values": []]]], "CPS.0002"),
                (["tags": [["key": "a", "values": ["b", "b"]]]], "CPS.0002"), (["tags": [["key": "a"]]], "CPS.0002"),
                (["tags": .array(Array(repeating: tag, count: 11))], "CPS.0002"),
                (["matches": [["key": "name", "value": "a"]]], "CPS.0002"),
            ] as [([String: JSONValue], String)] {
                #expect(try await ask(body).code == code)
            }
        }
    }
}
