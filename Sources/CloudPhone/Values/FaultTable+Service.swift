extension FaultTable {
    /// The codes of the service, without `CPS.`: number, when to repeat, meaning (Cloud Phone API, CPS codes).
    static let serviceText = """
        0001 never caller lacks the IAM permission, or the token is not project-scoped
        0002 never offset or limit rejected
        0003 later internal fault of the service
        0004 never malformed phone id
        0005 never phone does not exist
        0006 never account restricted (balance)
        0007 never account suspended
        0008 never account without real-name verification
        0009 never phone_id list empty
        0010 never status rejected
        0011 never job does not exist
        0014 never sd_path list empty
        0015 never server id does not exist
        0016 never malformed server id
        0017 never event callback missing
        0018 never access info missing
        0019 never ticket missing
        0020 never VNC is off
        0021 never bad ticket
        0022 never no phone free
        0023 never phone already applied for
        0024 never count rejected
        0025 never phone_name rejected
        0026 never phone_name clashes
        0027 never phone_model_name empty
        0028 never phone_model_name rejected
        0029 never image_id empty
        0030 never image_id rejected
        0031 never band_width rejected
        0032 never band_width_id empty
        0033 never band_width_id rejected
        0034 never band_width_share_type rejected
        0035 never band_width_charge_mode rejected
        0036 never band_width_size rejected
        0037 never ports rejected
        0038 never port name rejected
        0039 never port name clashes
        0040 never listen_port rejected
        0041 never listen_port clashes
        0042 later service busy
        0043 never bms_name rejected
        0044 never bare-metal server missing
        0045 never device_id rejected
        0046 never project_id rejected
        0047 never action rejected
        0048 never job_id empty
        0049 never request_id empty
        0050 never no jobs for this request id
        0051 never a shared bandwidth already exists
        0052 never error_code rejected
        0053 never phone is frozen
        0054 later job ran out of time
        0055 never extend_param rejected
        0056 never charging_mode rejected
        0057 never period_type rejected
        0058 never period_num rejected
        0059 never isAutoRenew rejected
        0060 never isAutoPay rejected
        0061 later price inquiry failed
        0062 never order could not be created
        0063 never productInfos empty
        0064 never productId empty
        0065 never server quota used up
        0066 never server capacity used up
        0067 never key pair does not exist
        0068 never keypair_name empty
        0069 never topic_urn rejected
        0070 never property phone_brand rejected
        0071 never property phone_type rejected
        0072 never property serial_num rejected
        0073 never property os_version rejected
        0074 never property phone_num rejected
        0075 never property imsi rejected
        0076 never property iccid rejected
        0077 never phones list rejected
        0078 never Property rejected
        0079 never mac_address rejected
        0080 never phone_ids rejected
        0081 never both phone_ids and phones empty
        0082 never property wifi_name rejected
        0083 never property mac_address rejected
        0084 never property imei rejected
        0085 never order_id rejected
        0086 never resourceId rejected
        0087 never server_name rejected
        0088 never server_model_name empty
        0089 never server_model_name rejected
        0090 never server creation could not be prepared
        0091 never server creation retried too often
        0092 never server creation failed
        0093 never internet_accessible empty
        0094 never server_ids rejected
        0095 never server_ids empty
        0096 never too many servers in the call
        0097 never server_id rejected
        0098 when-ready no usable keypair_name, or server not ready
        0099 when-ready server not ready
        0100 never no trial phone
        0101 never no device access available
        0102 never OBS bucket could not be created
        0103 later upload to OBS failed
        0104 never object missing in OBS
        0105 never bare-metal status wrong
        0106 never version differs from the agent package
        0107 never bad OBS upload parameters
        0108 later upload to OBS failed
        0109 never alarm topic not created
        0110 never alarm subscribers not added
        0111 never bad desc.json
        0112 never version differs from desc.json
        0113 never upload file missing
        0114 never system parameter not updated
        0115 never bandwidth does not exist
        0116 never type rejected
        0117 never command rejected
        0118 never content rejected
        0119 never file name does not end in .apk
        0121 never encode server id rejected
        0122 never encode server id list rejected
        0123 never encode server does not exist
        0124 when-ready encode server still being created
        0125 never property build_id rejected
        0126 never property android_id rejected
        0127 never property hide_navigate rejected
        0128 never property gsm_country rejected
        0129 never property gsm_number rejected
        0130 never property gsm_operator rejected
        0131 never property sim_country rejected
        0132 never property sim_number rejected
        0133 never property sim_operator rejected
        0134 never bucket_name rejected
        0135 never object_path rejected
        0136 never no server available
        0137 never server has no shared storage
        0138 never bandwidth name rejected
        0139 never port_name_list rejected
        0140 never manage_band_width rejected
        0141 when-ready phone is not running
        0142 never image_label rejected
        0143 never is_public rejected
        0144 never product_type rejected
        0155 never file_paths rejected
        0156 never server id does not exist
        0157 never phone specification rejected
        0158 when-ready server cannot be restarted now
        0159 never server does not exist
        0160 never only shared bandwidth can be resized
        0161 never too many request ids
        0162 never image_name rejected
        0163 never property {0} not supported
        0164 never property {0} rejected
        0165 when-ready phone must be stopped or running
        0166 never phone image does not exist
        0167 never storage_infos rejected
        0168 never include_files rejected
        0169 never exclude_files rejected
        0170 never too many storage_infos
        0171 never restore_infos rejected
        0172 never object_path was not registered by an export
        0173 never package_name rejected
        0174 never time rejected
        0175 never run_time rejected
        0176 never session_id rejected
        0190 never too many phones in the call
        0191 never subnet_cidr rejected
        0192 never newest agent is in use
        0193 never is_key_version rejected
        0194 never subnet overlaps another
        0195 never encode server is frozen
        0196 never quota too small
        0197 never vpc_cidr rejected
        0198 never VPC range differs from the existing one
        0199 never path rejected
        0200 never peering_id rejected
        0201 never peering does not exist
        0202 never peering not active
        0203 never no VPC yet, buy a server first
        0204 never subnet in delete or error status
        0223 never tenant_vpc_id rejected
        0224 never subnet_id rejected
        0226 never nics rejected
        0228 never subnet is not in the VPC
        0229 never subnet lookup failed
        0236 never VPC does not exist
        0238 never public_ip rejected
        0239 never eip rejected
        0240 never network_version rejected
        0241 never too few free IP addresses
        """
}
