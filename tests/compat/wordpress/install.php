<?php // WordPress's own installation, and what its owner then sets: no mail, no waiting but for Akismet.
define('WP_INSTALLING', true);
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
(new mysqli(null, 'root', '', '', 0, getenv('TEST_SOCKET')))->query('create database wordpress');
$_SERVER['HTTP_HOST'] = parse_url(getenv('TEST_ADDRESS'), PHP_URL_HOST);
require getenv('TEST_WORDPRESS') . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
function wp_new_blog_notification() {}  // there is nobody to send it to
wp_install('News', 'admin', 'admin@example.org', true, '', 'a password of tests');
update_option('comments_notify', 0);
update_option('moderation_notify', 0);
update_option('comment_previously_approved', 0);
update_option('comment_max_links', 0);
update_option('active_plugins', ['akismet/akismet.php']);
