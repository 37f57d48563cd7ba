/// Permissions that a user grants while an app runs; all others come with the install.
enum RuntimePermissions {
    private static let names: Set<String> = [
        "ACCESS_BACKGROUND_LOCATION", "ACCESS_COARSE_LOCATION", "ACCESS_FINE_LOCATION", "ACTIVITY_RECOGNITION",
        "BLUETOOTH_CONNECT", "BLUETOOTH_SCAN", "BODY_SENSORS", "CALL_PHONE", "CAMERA", "GET_ACCOUNTS",
        "NEARBY_WIFI_DEVICES", "POST_NOTIFICATIONS", "READ_CALENDAR", "READ_CALL_LOG", "READ_CONTACTS",
        "READ_EXTERNAL_STORAGE", "READ_MEDIA_AUDIO", "READ_MEDIA_IMAGES", "READ_MEDIA_VIDEO", "READ_PHONE_STATE",
        "READ_SMS", "RECEIVE_SMS", "RECORD_AUDIO", "SEND_SMS", "WRITE_CALENDAR", "WRITE_CONTACTS",
        "WRITE_EXTERNAL_STORAGE",
    ]

    static func contains(_ permission: String) -> Bool {
        let prefix = "android.permission."
        return permission.hasPrefix(prefix) && names.contains(String(permission.dropFirst(prefix.count)))
    }
}
