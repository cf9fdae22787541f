// The same guard as of the pages below /admin: 404 for whoever may not read keys, before anything is sent.
import AdminLayout from "../admin/layout";

export default AdminLayout;
