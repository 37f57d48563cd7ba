import Farm

/// Which groups each phone or encoder belongs to, worked out once for a whole plan.
struct GroupMembership {
    private var groupsByMember: [String: [Group]] = [:]

    /// Evaluates every group of a farm; the inventory has checked that each can be.
    init(of inventory: Inventory) {
        for group in inventory.groups {
            let selection = inventory.members(ofGroup: group.name)
            for phone in selection.phones where !selection.undecided.contains(phone.name) {
                groupsByMember[phone.name, default: []].append(group)
            }
            for encoder in inventory.members(ofGroup: group.name, picking: .encoder).encoders {
                groupsByMember[encoder.name, default: []].append(group)
            }
        }
    }

    /// The groups of a phone or an encoder, in the order of the farm file.
    func groups(of member: String) -> [Group] { groupsByMember[member] ?? [] }

    /// A member's own variables with those of its groups below them; of two groups the later one is stronger.
    func variables(of member: String, _ own: [String: FarmValue]) -> [String: FarmValue] {
        var variables: [String: FarmValue] = [:]
        for group in groups(of: member) { variables.merge(group.variables) { $1 } }
        return variables.merging(own) { $1 }
    }
}
