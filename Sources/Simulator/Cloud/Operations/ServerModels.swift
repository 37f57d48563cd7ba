import JSON

/// ListCloudPhoneServerModels and ListCloudPhoneServerModelOfferings.
extension SimulatedCloud {
    func listServerModels(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let product = try call.filter("product_type", orElse: 144)
        let found = CloudCatalog.serverModels.filter { model in
            product.map { model.json["product_type"]?.integer == Int64($0) } ?? true
        }
        let (part, next) = try call.page(found, most: 100, usual: 100) { $0.name }
        return CloudAnswer(["server_models": .array(part.map(\.json)), "page_info": Self.pageInfo(next)])
    }

    func listOfferings(_ call: CloudCall) throws(CloudRefusal) -> CloudAnswer {
        let all = CloudCatalog.serverModels
        let (part, next) = try call.page(all, most: 1000, usual: 100) { $0.name }
        let models = part.map { model -> JSONValue in
            // The model that nobody makes phones for any more is sold out.
            let isSold = CloudCatalog.phoneModels(options).contains {
                $0["server_model_name"]?.text == model.name && $0["status"] == 1
            }
            return [
                "available_zone": .text(CloudCatalog.zone), "model_name": .text(model.name),
                "sell_status": isSold ? "available" : "sellout",
            ]
        }
        return CloudAnswer([
            "count": .integer(Int64(all.count)), "models": .array(models), "page_info": Self.pageInfo(next),
        ])
    }

    /// Where the next page of a list begins.
    static func pageInfo(_ next: String?) -> JSONValue { ["next_marker": next.map { .text($0) } ?? .null] }
}
