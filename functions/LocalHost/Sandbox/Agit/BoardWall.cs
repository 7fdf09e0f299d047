namespace LocalHost.Sandbox.Agit;

internal sealed record WallMessage(long Id, long? ParentId, BoardGroup Group, string Text, DateTimeOffset At);

/// <summary>The walls of all groups. Ids increase over all of them, posts and comments alike.</summary>
internal sealed class BoardWall(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly List<WallMessage> _messages = [];
    private long _ids = 440_000_000;

    /// <summary>Null when <paramref name="parentId"/> is no post of that group.</summary>
    public WallMessage? Add(BoardGroup group, long? parentId, string text)
    {
        lock (_gate)
        {
            if (parentId is not null && !_messages.Exists(m => m.Id == parentId && m.Group == group && m.ParentId is null))
            {
                return null;
            }

            var message = new WallMessage(++_ids, parentId, group, text, clock.GetUtcNow());
            _messages.Add(message);
            return message;
        }
    }

    public WallMessage? Find(long id)
    {
        lock (_gate)
        {
            return _messages.Find(m => m.Id == id);
        }
    }

    /// <summary>Posts of a group, newest first, with ids below <paramref name="latest"/> and above <paramref name="oldest"/>.</summary>
    public IReadOnlyList<WallMessage> Posts(long groupId, int limit, long? latest, long? oldest)
    {
        lock (_gate)
        {
            return
            [
                .. _messages
                    .Where(m => m.ParentId is null && m.Group.GroupId == groupId && !(m.Id >= latest) && !(m.Id <= oldest))
                    .OrderByDescending(m => m.Id)
                    .Take(limit),
            ];
        }
    }

    /// <summary>Comments of a post, newest first.</summary>
    public IReadOnlyList<WallMessage> Comments(long parentId, int limit)
    {
        lock (_gate)
        {
            return [.. _messages.Where(m => m.ParentId == parentId).OrderByDescending(m => m.Id).Take(limit)];
        }
    }

    public IReadOnlyList<BoardPost> Snapshot()
    {
        lock (_gate)
        {
            return [.. _messages.Select(m => new BoardPost(m.Group.Name, m.Id, m.ParentId, m.Text, m.At))];
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _messages.Clear();
        }
    }
}
