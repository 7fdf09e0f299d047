namespace LocalHost.Sandbox.Solapi;

/// <summary>A message group: made, filled, then sent once. The gateway locks.</summary>
internal sealed class SmsGroup(
    string id, bool allowDuplicates, IReadOnlyDictionary<string, string> customFields, CallingProgram program, DateTimeOffset createdAt)
{
    public static readonly IReadOnlyDictionary<string, string> NoFields = new Dictionary<string, string>();

    private static readonly string[] s_types = ["sms", "lms", "mms", "ata", "cta", "cti", "nsa", "rcs_sms", "rcs_lms", "rcs_mms", "rcs_tpl"];

    public string Id { get; } = id;

    public bool AllowDuplicates { get; } = allowDuplicates;

    public IReadOnlyDictionary<string, string> CustomFields { get; } = customFields;

    public List<SmsMessage> Messages { get; } = [];

    public DateTimeOffset? SentAt { get; set; }

    private DateTimeOffset UpdatedAt => Messages.Select(m => m.UpdatedAt).Append(SentAt ?? createdAt).Max();

    private bool Complete => SentAt is not null && Messages.All(m => m.Settled || !m.Accepted);

    /// <summary>PENDING until it is sent, SENDING until every message has its result, then COMPLETE.</summary>
    public object View(bool justSent = false)
    {
        var complete = Complete && !justSent;
        return new
        {
            _id = Id,
            groupId = Id,
            accountId = SmsGateway.AccountId,
            masterAccountId = (string?)null,
            apiVersion = "4",
            status = SentAt is null ? "PENDING" : complete ? "COMPLETE" : "SENDING",
            count = new
            {
                total = Messages.Count,
                registeredSuccess = Messages.Count(m => m.Accepted),
                registeredFailed = Messages.Count(m => !m.Accepted),
                sentTotal = Messages.Count(m => m.SentAt is not null),
                sentSuccess = justSent ? 0 : Messages.Count(m => m.Settled && m.StatusCode == SolapiStatus.Delivered),
                sentFailed = justSent ? 0 : Messages.Count(m => m.Settled && m.StatusCode != SolapiStatus.Delivered),
                sentPending = Messages.Count(m => m.SentAt is not null && (justSent || !m.Settled)),
                sentReplacement = 0,
                refund = 0,
            },
            countForCharge = s_types.ToDictionary(t => t, Charged),
            balance = Cash(),
            point = Cash(),
            app = new { profit = s_types.ToDictionary(t => t, _ => 0), appId = program.AppId, version = (string?)null },
            sdkVersion = program.SdkVersion,
            osPlatform = program.OsPlatform,
            log = Array.Empty<object>(),
            allowDuplicates = AllowDuplicates,
            isRefunded = false,
            price = new Dictionary<string, object>(),
            customFields = CustomFields,
            dateCreated = SmsGateway.Date(createdAt),
            dateUpdated = SmsGateway.Date(UpdatedAt),
            scheduledDate = (string?)null,
            dateSent = SmsGateway.Date(SentAt),
            dateCompleted = complete ? SmsGateway.Date(UpdatedAt) : null,
        };
    }

    private Dictionary<string, int> Charged(string type)
    {
        var count = Messages.Count(m => m.Accepted && string.Equals(m.Type, type, StringComparison.OrdinalIgnoreCase));
        return count == 0 ? [] : new() { ["82"] = count };
    }

    private static object Cash() => new { requested = 0, replacement = 0, refund = 0, sum = 0 };
}
