namespace Exemplar.Server.Console.Boards;

/// <summary>Moves what stands in a list, by dragging or by keyboard.</summary>
internal static class Places
{
    /// <summary>Where a key moves something to; a place that there is not where it leads out of the list.</summary>
    public static int After(string key, int from, int count) => key switch
    {
        "ArrowUp" or "ArrowLeft" => from - 1,
        "ArrowDown" or "ArrowRight" => from + 1,
        "Home" => 0,
        "End" => count - 1,
        _ => from,
    };

    /// <summary>Moves an item; false where there is no such place.</summary>
    public static bool Move<T>(List<T> list, int from, int to)
    {
        if (from == to || from < 0 || to < 0 || from >= list.Count || to >= list.Count) return false;
        var item = list[from];
        list.RemoveAt(from);
        list.Insert(to, item);
        return true;
    }
}
