import DroverTesting
import JSON
import Testing

@testable import Simulator

@Suite("Custom images of the simulated cloud", .timeLimit(.minutes(2)))
struct CloudImageTests {
    private static func project(_ number: UInt64) -> String { SimulatedCloud.id(0, "project", number) }

    private static func names(_ bench: CloudBench, _ query: String = "") async throws -> [String] {
        let answer = try await bench.ask("GET", "images\(query)").json
        return (answer["image_infos"]?.elements ?? []).compactMap { $0["image_name"]?.text }
    }

    @Test("images are listed by whose they are and how far they are") func listing() async throws {
        try await CloudBench.run { bench async throws in
            await bench.cloud.addImage("growing", isReady: false)
            await bench.cloud.offerImage("golden", from: Self.project(1))
            #expect(try await Self.names(bench) == ["own-phone", "growing", "golden"])
            #expect(try await Self.names(bench, "?image_type=share") == ["golden"])
            #expect(try await Self.names(bench, "?status=0") == ["growing"])
            #expect(try await Self.names(bench, "?src_project_id=\(Self.project(1))") == ["golden"])
            #expect(try await Self.names(bench, "?image_name=own-phone") == ["own-phone"])
            #expect(try await Self.names(bench, "?offset=1&limit=1") == ["growing"])
            #expect(try await bench.ask("GET", "images?offset=1&limit=1").json["total"] == 3)
            #expect(try await bench.ask("GET", "images?status=3").code == "CPS.0010")
            #expect(try await bench.ask("GET", "images?image_type=public").code == "CPS.0116")
            #expect(try await bench.ask("GET", "images?limit=101").code == "CPS.0002")
        }
    }

    @Test("a shared image can be used once it was accepted, and no more when it was rejected") func reception()
        async throws
    {
        try await CloudBench.run { bench async throws in
            let image = await bench.cloud.offerImage("golden", from: Self.project(1))
            let reset: JSONValue = [
                "image_id": .text(image), "phones": [["phone_id": .text(bench.phones[0])]],
            ]
            let listed = { () async throws -> JSONValue? in
                let all = try await bench.ask("GET", "phone-images?image_type=share").json["phone_images"]?.elements
                return all?.first?["receive_status"]
            }
            #expect(try await listed() == 0)
            #expect(try await bench.ask("POST", "phones/batch-reset", reset).code == "CPS.0166")
            #expect(try await bench.ask("PUT", "images/\(image)/members", ["status": "accepted"]).status == 200)
            #expect(try await listed() == 1)
            #expect(try await bench.finish("POST", "phones/batch-reset", reset)[0].isSuccess)
            #expect(try await bench.ask("GET", "phones/\(bench.phones[0])").json["image_id"]?.text == image)
            #expect(try await bench.ask("PUT", "images/\(image)/members", ["status": "rejected"]).status == 200)
            #expect(try await listed() == 2)
            #expect(try await bench.ask("POST", "phones/batch-reset", reset).code == "CPS.0166")
            #expect(try await bench.ask("PUT", "images/\(image)/members", ["status": "maybe"]).code == "CPS.0010")
            #expect(try await bench.ask("DELETE", "images/\(image)").code == "CPS.0030")
        }
    }

    @Test("an own image goes to ten projects, and is deleted with them") func members() async throws {
        try await CloudBench.run { bench async throws in
            let image = await bench.cloud.addImage("nightly")
            let path = "images/\(image)/members"
            for number in 0..<10 {
                let answer = try await bench.ask("POST", path, ["member": .text(Self.project(UInt64(number)))])
                #expect(answer.status == 200)
            }
            #expect(try await bench.ask("POST", path, ["member": .text(Self.project(10))]).code == "CPS.0196")
            let first = try await bench.ask("GET", "\(path)?limit=6").json
            #expect(first["members"]?.elements?.count == 6)
            let mark = try #require(first["page_info"]?["next_marker"]?.text)
            let rest = try await bench.ask("GET", "\(path)?limit=6&marker=\(mark)").json
            #expect(rest["members"]?.elements?.count == 4 && rest["page_info"]?["next_marker"] == .null)
            #expect(try await bench.ask("DELETE", "\(path)/\(Self.project(3))").status == 200)
            #expect(try await bench.ask("DELETE", "\(path)/\(Self.project(3))").code == "CPS.0046")
            for member in [Self.project(4), bench.cloud.options.projectID, "x"] {
                #expect(try await bench.ask("POST", path, ["member": .text(member)]).code == "CPS.0046")
            }
            #expect(try await bench.ask("DELETE", "images/\(image)").status == 200)
            #expect(try await bench.ask("DELETE", "images/\(image)").code == "CPS.0166")
            #expect(try await bench.ask("GET", path).code == "CPS.0166")
            #expect(try await bench.ask("DELETE", "images/\(CloudCatalog.imageID)").code == "CPS.0030")
        }
    }

    @Test("an image that is still being made goes to nobody, and to no phone") func unready() async throws {
        try await CloudBench.run { bench async throws in
            let image = await bench.cloud.addImage("growing", isReady: false)
            let share = try await bench.ask("POST", "images/\(image)/members", ["member": .text(Self.project(1))])
            #expect(share.code == "CPS.0030")
            let restart: JSONValue = ["image_id": .text(image), "phones": [["phone_id": .text(bench.phones[0])]]]
            #expect(try await bench.ask("POST", "phones/batch-restart", restart).code == "CPS.0166")
        }
    }
}
