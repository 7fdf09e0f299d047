using Microsoft.AspNetCore.WebUtilities;

namespace Penalties.Outside.Sms;

/// <summary>
/// NHN Cloud Notification SMS v3.0. Nothing can be made there before sending, so a reservation is our own key and its time: the key goes
/// along with the order, the list finds the order by it, and a repeat of it is refused for ten minutes. Contract: look → order → look.
/// </summary>
/// <param name="wallClock">Not the business clock: the age of a reservation is compared with the provider's time.</param>
public sealed class NhnCloudSms(HttpClient http, IOptions<NhnCloudOptions> options, TimeProvider wallClock) : ISmsProvider
{
    private const string System = "sms";
    private const string LookUp = "look-up";
    private const string OrderOperation = "order";

    /// <summary>The most rows NHN gives at once. The filter leaves a row or two; the further pages are for a list that did not filter.</summary>
    private const int PageSize = 1_000;
    private const int MostPages = 10;

    /// <summary>Result code of an order whose key was used before. SMS lists it as a wrong search condition, so it is never taken for proof.</summary>
    private const int Repeated = -1005;

    private const int NoSuchData = -2007;

    /// <summary>
    /// Result codes with which the same order would be refused again: texts (-2014, -2015, -2023), recipients (-2001, -2016, -2018, -2019,
    /// -2024, -2044 to -2046, -6001), date (-2022), sender (-2312, -2313), form (4). Not keys, quotas and faults, which others mend.
    /// </summary>
    private static readonly HashSet<int> ForGood =
        [4, -2001, -2014, -2015, -2016, -2018, -2019, -2022, -2023, -2024, -2044, -2045, -2046, -2312, -2313, -6001];

    private static readonly SmsProgress NotSent = new(IsSent: false, HasMessage: false, SmsDelivery.Underway, StatusCode: null, RefusedWith: null);

    private static readonly SmsProgress Taken = NotSent with { IsSent = true, HasMessage = true };

    private readonly NhnCloudOptions _options = options.Value;

    /// <returns>Such as "key@1790000000".</returns>
    public Task<string> Reserve(string key, CancellationToken cancellation) => Task.FromResult(new Reservation(key, wallClock.GetUtcNow()).Reference);

    public async Task<SmsProgress> Send(
        string reference, string toE164, FeedbackMessage message, Func<Task<bool>> mayStillSend, CancellationToken cancellation)
    {
        var progress = await Look(reference, cancellation);
        if (progress.IsSent || progress.IsUnknown || Reservation.Of(reference) is not { } reservation || !await mayStillSend())
        {
            return progress;
        }

        var answer = await Order(reservation, toE164, message, cancellation);
        return answer.Header switch
        {
            { IsSuccessful: true } => answer.Body?.Data?.RefusedWith is { } code ? RefusedWith(code) : Taken,
            { ResultCode: Repeated } => await Look(reference, cancellation) is { } found && (found.IsSent || found.IsUnknown)
                ? found
                : throw new OutsideSystemUnavailableException(System, OrderOperation, "repeated_and_not_found"),
            { ResultCode: var code } when ForGood.Contains(code) => RefusedWith(code),
            { ResultCode: var code } => throw Unavailable(OrderOperation, code),
        };
    }

    /// <summary>What the list shows under the key. Where several runs left several messages, the one that came furthest counts.</summary>
    public async Task<SmsProgress> Look(string reference, CancellationToken cancellation)
    {
        if (Reservation.Of(reference) is not { } reservation)
        {
            // Reserved at another provider: it cannot be found here, and must not be sent from here.
            return NotSent with { IsUnknown = true };
        }

        var rows = await Find(reservation, cancellation);
        var furthest = rows.Select(row => row.Code).MinBy(code => SmsStatusCodes.NhnCloud.DeliveryOf(code).Rank());
        return furthest is null
            ? NotSent with { IsUnknown = wallClock.GetUtcNow() - reservation.At >= _options.RepeatWindow }
            : Taken with { Delivery = SmsStatusCodes.NhnCloud.DeliveryOf(furthest), StatusCode = furthest };
    }

    /// <summary>The API tells none.</summary>
    public Task<decimal?> Balance(CancellationToken cancellation) => Task.FromResult<decimal?>(null);

    private async Task<Answer<Ordered>> Order(Reservation reservation, string toE164, FeedbackMessage message, CancellationToken cancellation)
    {
        using var request = Request(HttpMethod.Post, []);
        request.Headers.Add("X-NC-API-IDEMPOTENCY-KEY", reservation.Key);
        request.Content = JsonContent.Create(new
        {
            title = message.Subject,
            body = message.Body,
            sendNo = _options.SenderNumber,
            senderGroupingKey = reservation.Key,
            recipientList = new[] { new { recipientNo = PhoneNumber.National(toE164), countryCode = "82" } },
        });
        return await Call<Ordered>(OrderOperation, request, cancellation);
    }

    /// <exception cref="OutsideSystemUnavailableException">There are more messages than are looked through, and ours is not among those.</exception>
    private async Task<IReadOnlyList<Row>> Find(Reservation reservation, CancellationToken cancellation)
    {
        var found = new List<Row>();
        var seen = 0;
        for (var page = 1; page <= MostPages; page++)
        {
            var (rows, total) = await List(reservation, page, cancellation);
            found.AddRange(rows.Where(row => row.SenderGroupingKey == reservation.Key));
            seen += rows.Count;
            if (seen >= total)
            {
                return found;
            }
        }

        return found.Count > 0 ? found : throw new OutsideSystemUnavailableException(System, LookUp, "too_many_messages");
    }

    private async Task<(IReadOnlyList<Row> Rows, int Total)> List(Reservation reservation, int page, CancellationToken cancellation)
    {
        // A day on either side, as the contract does not say by which time zone it reads dates: what it misses would be sent again.
        using var request = Request(HttpMethod.Get, new()
        {
            ["startCreateDate"] = Date(reservation.At.AddDays(-1)),
            ["endCreateDate"] = Date(reservation.At.AddDays(1)),
            ["senderGroupingKey"] = reservation.Key,
            ["pageNum"] = $"{page}",
            ["pageSize"] = $"{PageSize}",
        });
        var answer = await Call<List<Row>>(LookUp, request, cancellation);
        return answer switch
        {
            { Header: { IsSuccessful: false, ResultCode: NoSuchData } } => ([], 0),
            { Header: { IsSuccessful: false, ResultCode: var code } } => throw Unavailable(LookUp, code),
            { Body: { } body } => (body.Data ?? [], body.TotalCount),
            _ => throw new OutsideSystemUnavailableException(System, LookUp, "bad_answer"),
        };
    }

    /// <summary>An answer that says no comes with HTTP 200 all the same; any other status is none.</summary>
    private async Task<Answer<T>> Call<T>(string operation, HttpRequestMessage request, CancellationToken cancellation)
    {
        using var response = (await http.SendTo(System, operation, request, cancellation)).OrUnavailable(System, operation);
        var answer = await response.ReadAs<Answer<T>>(System, operation, cancellation);
        return answer.Header is null ? throw new OutsideSystemUnavailableException(System, operation, "bad_answer") : answer;
    }

    /// <summary>Long texts have one address, for ordering and for looking.</summary>
    private HttpRequestMessage Request(HttpMethod method, Dictionary<string, string?> query)
    {
        var path = QueryHelpers.AddQueryString($"sms/v3.0/appKeys/{Uri.EscapeDataString(_options.AppKey)}/sender/mms", query);
        return new(method, new Uri(_options.BaseUrl.Dir(), path)) { Headers = { { "X-Secret-Key", _options.SecretKey } } };
    }

    private static SmsProgress RefusedWith(int code) => NotSent with { RefusedWith = code.ToString(CultureInfo.InvariantCulture) };

    private static OutsideSystemUnavailableException Unavailable(string operation, int code) => new(System, operation, $"result_{code}");

    private static string Date(DateTimeOffset instant) => Korea.TimeOf(instant).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <param name="At">In whole seconds.</param>
    private sealed record Reservation(string Key, DateTimeOffset At)
    {
        private const long Latest = 99_999_999_999;

        public string Reference => $"{Key}@{At.ToUnixTimeSeconds()}";

        public static Reservation? Of(string reference) =>
            reference.LastIndexOf('@') is > 0 and var at
            && long.TryParse(reference.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= Latest
                ? new(reference[..at], DateTimeOffset.FromUnixTimeSeconds(seconds))
                : null;
    }

    private sealed record Answer<T>(
        [property: JsonPropertyName("header")] Header Header,
        [property: JsonPropertyName("body")] Body<T>? Body);

    private sealed record Header(
        [property: JsonPropertyName("isSuccessful")] bool IsSuccessful,
        [property: JsonPropertyName("resultCode")] int ResultCode);

    private sealed record Body<T>(
        [property: JsonPropertyName("data")] T? Data,
        [property: JsonPropertyName("totalCount")] int TotalCount = 0);

    private sealed record Ordered([property: JsonPropertyName("sendResultList")] IReadOnlyList<RecipientResult>? Recipients)
    {
        /// <summary>The order as a whole succeeds even where its only recipient was refused.</summary>
        [JsonIgnore]
        public int? RefusedWith => Recipients?.FirstOrDefault(recipient => recipient.ResultCode is not (null or 0))?.ResultCode;
    }

    private sealed record RecipientResult([property: JsonPropertyName("resultCode")] int? ResultCode);

    private sealed record Row(
        [property: JsonPropertyName("senderGroupingKey")] string? SenderGroupingKey,
        [property: JsonPropertyName("msgStatus")] string? MsgStatus,
        [property: JsonPropertyName("resultCode")] string? ResultCode)
    {
        [JsonIgnore]
        public string Code => $"{MsgStatus}/{ResultCode}";
    }
}
