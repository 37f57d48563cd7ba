import DroverTesting
import JSON
import Lanes
import Testing

@testable import Simulator

@Suite("Servers of the simulated cloud that are bought", .timeLimit(.minutes(2)))
struct CloudOrderTests {
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

    @Test("servers that are bought come with phones that work") func buying() async throws {
        try await CloudBench.run {
            $0.creation = .seconds(60)
        } _: { bench async throws in
            let answer = try await bench.ask(
                "POST", Self.path(bench),
                CloudBench.order([
                    "count": 2, "phone_data_volume": ["volume_type": "SSD", "size": 64],
                    "property": #"{"persist.sys.locale":"zh-CN"}"#,
                ]))
            #expect(answer.status == 200 && answer.json["order_id"]?.text?.isEmpty == false)
            let ids = (answer.json["server_ids"]?.elements ?? []).compactMap(\.text)
            #expect(ids.count == 2)
            #expect(try await Self.server(bench, ids[0])["status"] == 1)
            #expect(try await Self.phones(bench, of: ids[0]) == [])
            try await bench.passTime(.seconds(60))
            let made = try await Self.server(bench, ids[1])
            #expect(made["status"] == 5 && made["server_name"] == "bought-0002")
            #expect(made["metadata"]?["charging_mode"] == 1)
            #expect(made["metadata"]?["order_id"] == answer.json["order_id"])
            #expect(made["network_version"] == "v2")
            let phones = try await Self.phones(bench, of: ids[1])
            #expect(phones.count == 2)
            let detail = try await bench.ask("GET", "phones/\(phones[0])").json
            #expect(detail["phone_data_volume"]?["volume_size"] == 64)
            #expect(await bench.shell(phones[0], "getprop persist.sys.locale") == "zh-CN\n")
            let job = try await bench.command("shell", "id", phones)
            #expect(job.map(\.isSuccess) == [true, true])
            #expect(try await bench.ask("GET", "servers").json["count"] == 4)
        }
    }

    @Test("an order that nobody pays waits, and one that pays itself does not") func unpaid() async throws {
        try await CloudBench.run {
            $0.leavesOrdersUnpaid = true
            $0.creation = .zero
        } _: { bench async throws in
            let waiting = try await bench.ask("POST", Self.path(bench), CloudBench.order())
            #expect(waiting.status == 200 && waiting.json["server_ids"] == [])
            #expect(try await bench.ask("GET", "servers").json["count"] == 2)
            let terms: JSONValue = ["charging_mode": 1, "period_type": 2, "period_num": 1, "is_auto_pay": 1]
            #expect(try await bench.buy(["extend_param": terms]).count == 1)
            #expect(try await bench.ask("GET", "servers").json["count"] == 3)
            let order = try #require(waiting.json["order_id"]?.text)
            await bench.cloud.payOrder(order)
            await bench.cloud.finishJobs()
            #expect(try await bench.ask("GET", "servers").json["count"] == 4)
        }
    }

    @Test("a server without phones has none") func bare() async throws {
        try await CloudBench.run {
            $0.creation = .zero
        } _: { bench async throws in
            let path = "/v2.1/\(bench.cloud.options.projectID)/cloud-phone/servers"
            let answer = try await bench.ask("POST", path, CloudBench.bareOrder())
            await bench.cloud.finishJobs()
            let id = try #require(answer.json["server_ids"]?.elements?.first?.text)
            let made = try await Self.server(bench, id)
            #expect(made["status"] == 5 && made["phone_model_name"] == "" && made["share_volume_info"] == nil)
            #expect(try await Self.phones(bench, of: id) == [])
        }
    }

    @Test(
        "what cannot be bought is refused with its code",
        arguments: [
            (["server_name": "a b"], "CPS.0087"), (["server_model_name": ""], "CPS.0088"),
            (["server_model_name": "physical.none"], "CPS.0089"), (["phone_model_name": ""], "CPS.0027"),
            (["phone_model_name": "none"], "CPS.0028"),
            (["phone_model_name": .text(CloudCatalog.largePhoneModel)], "CPS.0028"),
            (["server_model_name": "physical.kg1.4xlarge.cp", "phone_model_name": "kg1.cg.c4.d46"], "CPS.0157"),
            (["image_id": ""], "CPS.0029"), (["image_id": "none"], "CPS.0166"), (["count": 11], "CPS.0024"),
            (["count": "1"], "CPS.0024"), (["extend_param": .null], "CPS.0055"),
            (["extend_param": ["charging_mode": 2]], "CPS.0056"),
            (["extend_param": ["charging_mode": 0, "period_type": 4]], "CPS.0057"),
            (["extend_param": ["charging_mode": 0, "period_type": 2, "period_num": 10]], "CPS.0058"),
            (
                ["extend_param": ["charging_mode": 0, "period_type": 2, "period_num": 1, "is_auto_renew": 2]],
                "CPS.0059"
            ),
            (["extend_param": ["charging_mode": 0, "period_type": 2, "period_num": 1, "is_auto_pay": 2]], "CPS.0060"),
            (["keypair_name": "none"], "CPS.0067"), (["tenant_vpc_id": ""], "CPS.0223"), (["nics": []], "CPS.0226"),
            (["nics": [["subnet_id": 5]]], "CPS.0224"), (["public_ip": 1], "CPS.0238"),
            (["public_ip": ["eip": ["type": "6_bgp"]]], "CPS.0239"), (["band_width": .null], "CPS.0031"),
            (["band_width": ["band_width_charge_mode": 2]], "CPS.0035"),
            (["band_width": ["band_width_charge_mode": 0]], "CPS.0034"),
            (["band_width": ["band_width_charge_mode": 0, "band_width_share_type": 0]], "CPS.0036"),
            (["band_width": ["band_width_charge_mode": 0, "band_width_share_type": 1]], "CPS.0032"),
            (["ports": [["name": "adb", "listen_port": 10_000, "internet_accessible": "true"]]], "CPS.0038"),
            (["ports": [["name": "a", "listen_port": 1, "internet_accessible": "true"]]], "CPS.0040"),
            (["ports": [["name": "a", "listen_port": 10_000]]], "CPS.0093"),
            (["phone_data_volume": ["volume_type": "SAS", "size": 10]], "CPS.0116"),
            (["property": "no JSON"], "CPS.0078"), (["availability_zone": "moon-1"], "CPS.0066"),
        ] as [([String: JSONValue], String)])
    func refused(change: [String: JSONValue], code: String) async throws {
        try await CloudBench.run { bench async throws in
            let answer = try await bench.ask("POST", Self.path(bench), CloudBench.order(change))
            #expect(answer.code == code && answer.status == 400)
            #expect(try await bench.ask("GET", "servers").json["count"] == 2)
        }
    }

    @Test("the quota counts servers that are there, and orders that wait") func quota() async throws {
        try await CloudBench.run {
            $0.serverQuota = 4
            $0.leavesOrdersUnpaid = true
        } _: { bench async throws in
            #expect(try await bench.ask("POST", Self.path(bench), CloudBench.order()).status == 200)
            let two = try await bench.ask("POST", Self.path(bench), CloudBench.order(["count": 2]))
            #expect(two.code == "CPS.0065")
            #expect(try await bench.ask("POST", Self.path(bench), CloudBench.order()).status == 200)
        }
    }
}
