using System.Net;
using System.Net.Http.Headers;

namespace Penalties.Outside;

/// <summary>
/// 아지트: the internal board. Posts and comments go through a centre's incoming webhook, whose address holds its secret token; the bot API
/// looks up what already stands there. Contract: incoming webhook {"text","parent_id"?} → {"id"}, bot API v2.
/// </summary>
public sealed class AgitBoard(HttpClient http, IOptions<AgitOptions> options)
{
    private const string System = OutsideSystems.Board;

    /// <summary>How many posts a page of the look-up holds.</summary>
    private const int PageSize = 100;

    private readonly AgitOptions _options = options.Value;

    /// <summary>The id of the post that holds the marker, or null. Looks back to <paramref name="since"/>.</summary>
    public async Task<string?> FindPost(Centre centre, string marker, DateTimeOffset since, CancellationToken cancellation) =>
        (await Find(_options.Of(centre).GroupId, [marker], since, cancellation)).GetValueOrDefault(marker);

    /// <summary>Of these markers those that stand in the managers' group, each with the id of its post. Looks back to <paramref name="since"/>.</summary>
    public async Task<IReadOnlyDictionary<string, string>> FindNotices(
        Centre centre, IReadOnlyCollection<string> markers, DateTimeOffset since, CancellationToken cancellation) =>
        await Find(_options.Of(centre).ManagersGroupId, markers, since, cancellation);

    private async Task<Dictionary<string, string>> Find(long group, IReadOnlyCollection<string> markers, DateTimeOffset since, CancellationToken cancellation)
    {
        const string Operation = "look-up";
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (long? before = null; ;)
        {
            // "latest" is a post's id: the page holds the posts before it, newest first.
            var query = string.Create(CultureInfo.InvariantCulture, $"v2/wall_messages?group_id={group}&limit={PageSize}");
            query += before is { } latest ? string.Create(CultureInfo.InvariantCulture, $"&latest={latest}") : "";
            var page = await Get<Messages>(query, Operation, cancellation);
            foreach (var marker in markers)
            {
                if (page.WallMessages.FirstOrDefault(post => post.Text.Contains(marker, StringComparison.Ordinal)) is { } holds)
                {
                    found.TryAdd(marker, holds.Id.ToString(CultureInfo.InvariantCulture));
                }
            }

            if (found.Count == markers.Count || page.WallMessages.Count < PageSize
                || page.WallMessages.Min(post => post.CreatedTime) < since.ToUnixTimeSeconds())
            {
                return found;
            }

            var oldest = page.WallMessages.Min(post => post.Id);
            before = before is null || oldest < before
                ? oldest
                : throw new OutsideSystemUnavailableException(System, Operation, "paging_stands_still");
        }
    }

    /// <summary>
    /// Which of the markers already stand in comments under the post; null when the post is gone. The newest hundred are looked at: a comment whose
    /// answer was lost is looked for within the hour, and how to page through comments is not documented.
    /// </summary>
    public async Task<IReadOnlySet<string>?> FindComments(string postId, IReadOnlyCollection<string> markers, CancellationToken cancellation)
    {
        const string Operation = "look-up";
        using var response = await Ask($"v2/wall_messages/{Uri.EscapeDataString(postId)}/comments?limit={PageSize}", Operation, cancellation);
        if (response.StatusCode is HttpStatusCode.NotFound)
        {
            return null;
        }

        var comments = await response.OrUnavailable(System, Operation).ReadAs<Comments>(System, Operation, cancellation);
        return markers.Where(marker => comments.Items.Any(comment => comment.Text.Contains(marker, StringComparison.Ordinal))).ToHashSet();
    }

    /// <returns>The id of the new post.</returns>
    public Task<string> Post(Centre centre, string text, CancellationToken cancellation) =>
        Write(_options.Of(centre).Token, "post", new(text, null), cancellation);

    public Task<string> Comment(Centre centre, string postId, string text, CancellationToken cancellation) =>
        Write(_options.Of(centre).Token, "comment", new(text, long.Parse(postId, CultureInfo.InvariantCulture)), cancellation);

    /// <summary>In the managers' own group.</summary>
    /// <inheritdoc cref="Post"/>
    public Task<string> Notify(Centre centre, string text, CancellationToken cancellation) =>
        Write(_options.Of(centre).ManagersToken, "post", new(text, null), cancellation);

    private async Task<string> Write(string webhook, string operation, NewMessage message, CancellationToken cancellation)
    {
        var address = new Uri(_options.WebhookBaseUrl.Dir(), $"webhook/{webhook}");
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(message) };
        using var response = (await http.SendTo(System, operation, request, cancellation)).OrUnavailable(System, operation);
        var written = await response.ReadAs<Message>(System, operation, cancellation);
        return written.Id.ToString(CultureInfo.InvariantCulture);
    }

    private async Task<T> Get<T>(string path, string operation, CancellationToken cancellation)
    {
        using var response = await Ask(path, operation, cancellation);
        return await response.OrUnavailable(System, operation).ReadAs<T>(System, operation, cancellation);
    }

    private async Task<HttpResponseMessage> Ask(string path, string operation, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_options.ApiBaseUrl.Dir(), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.BotToken);
        return await http.SendTo(System, operation, request, cancellation);
    }

    private sealed record NewMessage(
        [property: JsonPropertyName("text")] string Text,
        [property: JsonPropertyName("parent_id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? ParentId);

    private sealed record Message(
        [property: JsonPropertyName("id")] long Id,
        [property: JsonPropertyName("text")] string Text = "",
        [property: JsonPropertyName("created_time")] long CreatedTime = 0);

    private sealed record Messages([property: JsonPropertyName("wall_messages")] IReadOnlyList<Message> WallMessages);

    private sealed record Comments([property: JsonPropertyName("comments")] IReadOnlyList<Message> Items);
}

/// <summary>Settings <c>Agit:*</c>.</summary>
public sealed class AgitOptions
{
    public const string Section = "Agit";

    /// <summary>Where incoming webhooks live, such as https://agit.in/.</summary>
    public Uri WebhookBaseUrl { get; set; } = new("https://agit.in/");

    /// <summary>Where the bot API lives, such as https://api.agit.in/.</summary>
    public Uri ApiBaseUrl { get; set; } = new("https://api.agit.in/");

    public string BotToken { get; set; } = "";

    /// <summary>KOC_페널티 요청.</summary>
    public AgitBoardOptions Koc { get; set; } = new();

    /// <summary>(광주 KMCC)_페널티 요청.</summary>
    public AgitBoardOptions Kmcc { get; set; } = new();

    public AgitBoardOptions Of(Centre centre) => centre switch
    {
        Centre.Koc => Koc,
        Centre.Kmcc => Kmcc,
    };

    internal IEnumerable<string> Problems() =>
    [
        .. SettingRules.HttpUrl($"{Section}:WebhookBaseUrl", WebhookBaseUrl),
        .. SettingRules.HttpUrl($"{Section}:ApiBaseUrl", ApiBaseUrl),
        .. SettingRules.Required($"{Section}:BotToken", BotToken),
        .. Koc.Problems($"{Section}:Koc"),
        .. Kmcc.Problems($"{Section}:Kmcc"),
    ];
}

public sealed class AgitBoardOptions
{
    /// <summary>The incoming webhook's token: a secret, the only authentication there is.</summary>
    public string Token { get; set; } = "";

    public long GroupId { get; set; }

    /// <summary>The same of the centre's managers' own group, where they hear of what waits for them.</summary>
    public string ManagersToken { get; set; } = "";

    public long ManagersGroupId { get; set; }

    /// <summary>Who is mentioned in a post and in a notice, such as "@cs-manager".</summary>
    public string ManagerMention { get; set; } = "";

    /// <summary>Who is mentioned when a manager has been waited for too long.</summary>
    public string EscalationMention { get; set; } = "";

    internal IEnumerable<string> Problems(string section) =>
    [
        .. SettingRules.Required($"{section}:Token", Token),
        .. SettingRules.Positive($"{section}:GroupId", GroupId),
        .. SettingRules.Required($"{section}:ManagersToken", ManagersToken),
        .. SettingRules.Positive($"{section}:ManagersGroupId", ManagersGroupId),
        .. SettingRules.Required($"{section}:ManagerMention", ManagerMention),
        .. SettingRules.Required($"{section}:EscalationMention", EscalationMention),
    ];
}
